import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { openTensorBackend, type TensorBackendName } from "@weirflow/compute";
import { batchOf, modelOf, subjects } from "./subjects.ts";

/** What is measured: a back end of `@weirflow/compute`, or WebAssembly as it is published. */
export type Candidate = TensorBackendName | "stock-wasm";

/** How it is measured. */
export interface MeasureOptions {
  /** Samples in a batch. */
  readonly batch: number;
  /** For each model and round, at least. */
  readonly minMs: number;
  /** Whether a GPU that is only simulated will do. */
  readonly allowSoftware: boolean;
}

/** Opens a back end, which stays open until the process ends, and says what computes. */
export async function openCandidate(
  candidate: Candidate,
  { allowSoftware }: MeasureOptions,
): Promise<string> {
  if (candidate !== "stock-wasm")
    return (await openTensorBackend({ require: candidate, allowSoftware })).device;
  const { resolve } = createRequire(import.meta.url);
  setWasmPaths(dirname(resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm")) + sep);
  await tf.setBackend("wasm");
  return "WebAssembly as it is published";
}

/** Batches a second of a model on the open back end, or why it cannot train there. */
export async function speedOf(name: string, options: MeasureOptions): Promise<number | string> {
  try {
    return await batchesPerSecond(name, options);
  } catch (error) {
    return String(error).split("\n")[0] ?? "failed";
  }
}

/** By the median batch, which the machine's other work moves least. */
async function batchesPerSecond(name: string, { batch, minMs }: MeasureOptions): Promise<number> {
  const subject = subjects[name];
  if (subject === undefined) throw new Error(`no model is named "${name}"`);
  const [x, y] = batchOf(subject, batch);
  const model = modelOf(subject);
  try {
    await model.trainOnBatch(x, y);
    const times: number[] = [];
    const from = performance.now();
    for (let before = from; before - from < minMs;) {
      await model.trainOnBatch(x, y);
      const after = performance.now();
      times.push(after - before);
      before = after;
    }
    const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
    return 1_000 / median;
  } finally {
    model.dispose();
    tf.dispose([x, y]);
  }
}
