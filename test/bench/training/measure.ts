import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { openTensorBackend, type TensorBackendName } from "@weirflow/compute";
import { batchOf, modelOf, type Subject, subjects } from "./subjects.ts";

/** What is measured: a back end of `@weirflow/compute`, or WebAssembly as it is published. */
export type Candidate = TensorBackendName | "stock-wasm";

/** How it is measured. */
export interface MeasureOptions {
  /** Samples in a batch. */
  readonly batch: number;
  /** For each model, at least. */
  readonly minMs: number;
  /** Whether a GPU that is only simulated will do. */
  readonly allowSoftware: boolean;
}

/** Batches a second of each model, or why there is none. */
export interface Measured {
  readonly device: string;
  readonly speeds: Readonly<Record<string, number | string>>;
}

/** Opens the back end, which stays open until the process ends, and trains each model on it. */
export async function measure(candidate: Candidate, options: MeasureOptions): Promise<Measured> {
  const device = await open(candidate, options.allowSoftware);
  const speeds: Record<string, number | string> = {};
  for (const [name, subject] of Object.entries(subjects))
    speeds[name] = await speedOf(subject, options);
  return { device, speeds };
}

async function open(candidate: Candidate, allowSoftware: boolean): Promise<string> {
  if (candidate !== "stock-wasm")
    return (await openTensorBackend({ require: candidate, allowSoftware })).device;
  const { resolve } = createRequire(import.meta.url);
  setWasmPaths(dirname(resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm")) + sep);
  await tf.setBackend("wasm");
  return "WebAssembly as it is published";
}

async function speedOf(subject: Subject, options: MeasureOptions): Promise<number | string> {
  try {
    return await batchesPerSecond(subject, options);
  } catch (error) {
    return String(error).split("\n")[0] ?? "failed";
  }
}

/** By the median batch, which the machine's other work moves least. */
async function batchesPerSecond(
  subject: Subject,
  { batch, minMs }: MeasureOptions,
): Promise<number> {
  const [x, y] = batchOf(subject, batch);
  const model = modelOf(subject);
  await model.trainOnBatch(x, y);
  const times: number[] = [];
  const from = performance.now();
  for (let before = from; before - from < minMs;) {
    await model.trainOnBatch(x, y);
    const after = performance.now();
    times.push(after - before);
    before = after;
  }
  model.dispose();
  tf.dispose([x, y]);
  const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
  return 1_000 / median;
}
