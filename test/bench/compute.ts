/**
 * How fast models train: batches a second on the plain back end, on WebAssembly as it is published, and on WebAssembly with
 * the kernels of `@weirflow/compute`, with ratios to the plain one.
 *
 * Compare columns of one run, not figures of two: the machine's other work is in them.
 *
 * Run with `node --conditions=@weirflow/source test/bench/compute.ts`.
 */
import * as layers from "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { openTensorBackend } from "@weirflow/compute";

const BATCH = 32;
/** For each model, at least. */
const MIN_MS = 1_500;

interface Subject {
  readonly inputShape: readonly number[];
  readonly classes: number;
  readonly layers: () => readonly layers.layers.Layer[];
}

const subjects: Readonly<Record<string, Subject>> = {
  "logistic, 200 columns": {
    inputShape: [200],
    classes: 2,
    layers: () => [layers.layers.dense({ units: 2, activation: "softmax" })],
  },
  "dense, 784-1024-512": {
    inputShape: [784],
    classes: 10,
    layers: () => [
      layers.layers.dense({ units: 1_024, activation: "relu" }),
      layers.layers.dense({ units: 512, activation: "relu" }),
      layers.layers.dense({ units: 10, activation: "softmax" }),
    ],
  },
  "CNN, 28×28": {
    inputShape: [28, 28, 1],
    classes: 10,
    layers: () => [
      layers.layers.conv2d({ filters: 16, kernelSize: 3, activation: "relu" }),
      layers.layers.maxPooling2d({ poolSize: 2 }),
      layers.layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu" }),
      layers.layers.maxPooling2d({ poolSize: 2 }),
      layers.layers.flatten(),
      layers.layers.dense({ units: 64, activation: "relu" }),
      layers.layers.dense({ units: 10, activation: "softmax" }),
    ],
  },
  "LSTM, 32 steps of 16": {
    inputShape: [32, 16],
    classes: 4,
    layers: () => [
      layers.layers.lstm({ units: 64, recurrentInitializer: "glorotNormal" }),
      layers.layers.dense({ units: 4, activation: "softmax" }),
    ],
  },
};

const speeds = new Map<string, Record<string, number | undefined>>();
await measureAll("cpu");
setWasmPaths(
  dirname(
    createRequire(import.meta.url).resolve(
      "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm",
    ),
  ) + sep,
);
await measureAll("wasm", "stock wasm");
await using backend = await openTensorBackend({ prefer: "wasm" });
await measureAll("wasm", "wasm");
console.log(`Batches of ${BATCH} a second; ${backend.device}`);
console.table(
  Object.fromEntries(
    [...speeds].map(([name, by]) => {
      const { cpu = NaN, "stock wasm": stock, wasm = NaN } = by;
      const ratio = (of: number | undefined): string =>
        of === undefined ? "cannot" : `${(of / cpu).toFixed(1)}×`;
      return [
        name,
        {
          cpu: rounded(cpu),
          "stock wasm": rounded(stock),
          wasm: rounded(wasm),
          "stock wasm / cpu": ratio(stock),
          "wasm / cpu": ratio(wasm),
        },
      ];
    }),
  ),
);

async function measureAll(name: "cpu" | "wasm", title: string = name): Promise<void> {
  await tf.setBackend(name);
  for (const [subject, what] of Object.entries(subjects)) {
    const known = speeds.get(subject) ?? {};
    speeds.set(subject, { ...known, [title]: await batchesPerSecond(what) });
  }
}

/** `undefined` where the back end cannot train the model: a kernel is missing. */
async function batchesPerSecond(subject: Subject): Promise<number | undefined> {
  const { inputShape, classes } = subject;
  const x = tf.randomUniform([BATCH, ...inputShape], -1, 1);
  const y = tf.oneHot(
    Array.from({ length: BATCH }, (_, i) => i % classes),
    classes,
  );
  try {
    const model = modelOf(subject);
    await model.trainOnBatch(x, y);
    const from = performance.now();
    let count = 0;
    while (performance.now() - from < MIN_MS) {
      await model.trainOnBatch(x, y);
      count++;
    }
    model.dispose();
    return (1_000 * count) / (performance.now() - from);
  } catch {
    return undefined;
  } finally {
    tf.dispose([x, y]);
  }
}

function modelOf({ inputShape, layers: made }: Subject): layers.LayersModel {
  const model = layers.sequential();
  model.add(layers.layers.inputLayer({ inputShape: [...inputShape] }));
  for (const layer of made()) model.add(layer);
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
  return model;
}

function rounded(value: number | undefined): number | string {
  return value === undefined ? "cannot" : Number(value.toPrecision(3));
}
