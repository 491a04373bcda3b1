import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DenseArray } from "../data/dense-array.ts";
import { BackendUnavailableError } from "../errors.ts";
import { openTensorBackend } from "../open-tensor-backend.ts";
import {
  clouds,
  cpu,
  floats,
  listening,
  lossesOf,
  options,
  signal,
  worstDifference,
} from "../fixtures/trainings.ts";
import type { Layers, LayersModel } from "./layers-model.ts";
import { predict } from "./predict.ts";
import { train } from "./train.ts";
import type { TrainOptions } from "./training-options.ts";

describe("train", () => {
  test("learns to tell two clouds apart, and says how it went", async () => {
    const heard = listening();

    const { model, history } = await train({ ...options, epochs: 20 }, heard);

    expect(history).toHaveLength(20);
    expect(history.at(-1)?.validationAccuracy).toBeGreaterThan(0.95);
    expect(history.at(-1)?.loss).toBeLessThan((history[0]?.loss ?? 0) / 2);
    expect(heard.said.at(-1)).toMatch(/^20\/20 loss 0\.\d{4}, accuracy \d\.\d{4}, validation loss/);
    expect(heard.facts).toMatchObject({
      parameters: 42,
      layers: 3,
      epochs: 20,
      epochsOfEarlierAttempts: 0,
      batchesOfEarlierAttempts: 0,
      backend: "cpu",
      weightsHash: model.weightsHash,
    });
    expect(String(heard.facts["lossCurve"]).split(" ")).toHaveLength(20);
    expect(heard.charts[0]).toContain(">1 of 20<");
    expect(heard.charts.at(-1)).toContain(">20 of 20<");
    expect(heard.charts.at(-1)).toContain("validation loss");
  });

  test("repeats itself with the same seed, and only then", async () => {
    const first = await train(options, listening());
    const again = await train(options, listening());
    const other = await train({ ...options, seed: 6 }, listening());

    expect(again.model).toEqual(first.model);
    expect(again.history).toEqual(first.history);
    expect(other.model.weightsHash).not.toBe(first.model.weightsHash);
  });

  test("makes the same weights on WebAssembly as on the plain back end, to 1e-4", async () => {
    const plain = await train(options, listening());

    const wasm = await train({ ...options, backend: { prefer: "wasm" } }, listening());

    expect(wasm.backend.name).toBe("wasm");
    expect(worstDifference(floats(wasm.model.weights), floats(plain.model.weights))).toBeLessThan(
      1e-4,
    );
    expect(worstDifference(lossesOf(wasm.history), lossesOf(plain.history))).toBeLessThan(1e-4);
  });

  test("trains convolutions, on whichever back end can", async () => {
    const { x, y } = clouds(32);
    const images = { values: x.values, shape: [16, 2, 2, 1] };
    const labels = { values: y.values.subarray(0, 16), shape: [16] };
    const convolution = ({ sequential, layers }: Layers): LayersModel =>
      sequential({
        layers: [
          layers.conv2d({ filters: 2, kernelSize: 2, inputShape: [2, 2, 1], activation: "relu" }),
          layers.flatten(),
          layers.dense({ units: 2, activation: "softmax" }),
        ],
      });
    const small = {
      ...options,
      model: convolution,
      data: { x: images, y: labels },
      validation: undefined,
    };

    const wasm = await train({ ...small, backend: { prefer: "wasm" } }, listening());
    const plain = await train(small, listening());

    expect(worstDifference(floats(wasm.model.weights), floats(plain.model.weights))).toBeLessThan(
      1e-4,
    );
  });

  describe("on a back end without the gradients of the model", () => {
    const convolutions = ({ sequential, layers }: Layers): LayersModel =>
      sequential({
        layers: [
          layers.conv2d({ filters: 1, kernelSize: 2, inputShape: [3, 3, 1] }),
          layers.flatten(),
          layers.dense({ units: 2, activation: "softmax" }),
        ],
      });
    const images = {
      x: { values: new Float32Array(18), shape: [2, 3, 3, 1] },
      y: { values: Int32Array.of(0, 1), shape: [2] },
    };
    const small: TrainOptions = {
      model: convolutions,
      data: images,
      loss: "crossentropy",
      epochs: 1,
    };
    let putBack: (() => void) | undefined;
    beforeEach(async () => {
      await using backend = await openTensorBackend({ prefer: "wasm" });
      const { tf } = backend;
      const kernel = tf.getKernel("Conv2DBackpropFilter", "wasm");
      tf.unregisterKernel(kernel.kernelName, "wasm");
      putBack = () => tf.registerKernel(kernel);
    });
    afterEach(() => putBack?.());

    test("trains on the plain one, and says so", async () => {
      const heard = listening();

      const { backend } = await train({ ...small, backend: { prefer: "wasm" } }, heard);

      expect(backend.name).toBe("cpu");
      expect(heard.lines[0]).toBe("the back end cannot train this model: the plain one does");
    });

    test("refuses where that back end is required", async () => {
      const training = train({ ...small, backend: { require: "wasm" } }, listening());

      await expect(training).rejects.toThrow(BackendUnavailableError);
      await expect(training).rejects.toThrow(
        'the tensor back end "wasm" is required, and cannot run here (wasm: cannot train this model: it lacks Conv2DBackpropFilter)',
      );
    });
  });

  test("trains a recurrent network, whose first weights are orthogonal, the same on both", async () => {
    const small: TrainOptions = {
      ...options,
      model: ({ sequential, layers }) =>
        sequential({
          layers: [
            layers.lstm({ units: 6, inputShape: [4, 3] }),
            layers.dense({ units: 2, activation: "softmax" }),
          ],
        }),
      data: {
        x: {
          shape: [32, 4, 3],
          values: Float32Array.from({ length: 384 }, (_, i) => Math.sin(i * i)),
        },
        y: { shape: [32], values: Int32Array.from({ length: 32 }, (_, i) => i % 2) },
      },
      validation: undefined,
    };

    const wasm = await train({ ...small, backend: { prefer: "wasm" } }, listening());
    const plain = await train(small, listening());

    expect(wasm.backend.name).toBe("wasm");
    expect(worstDifference(floats(wasm.model.weights), floats(plain.model.weights))).toBeLessThan(
      1e-4,
    );
  });

  test("leaves no tensor behind", async () => {
    await using backend = await openTensorBackend(cpu);
    const { numTensors } = backend.tf.memory();

    const heard = listening();
    const early = { ...options, earlyStopping: { patience: 3 } };
    await train({ ...early, epochs: 2 }, heard);
    const { model } = await train(early, heard); // goes on
    await train({ ...early, model }, listening());

    expect(backend.tf.memory().numTensors).toBe(numTensors);
  });

  test("stops when it no longer gets better, with the best weights", async () => {
    const early = { ...options, epochs: 200, earlyStopping: { patience: 2 } };

    const { model, history } = await train(early, listening());

    const losses = history.map(({ validationLoss = 0 }) => validationLoss);
    const best = losses.indexOf(Math.min(...losses));
    expect(history.length).toBe(best + 3);
    const { x, y } = clouds(32, 2);
    const said = await predict(model, x, { signal, backend: cpu });
    expect(meanCrossentropy(said, y)).toBeCloseTo(losses[best] ?? 0, 5);
  });

  test("trains a model further, on another back end", async () => {
    const { model, history } = await train(options, listening());

    const further = await train({ ...options, model, backend: { prefer: "wasm" } }, listening());

    expect(further.history[0]?.loss).toBeLessThan(history[0]?.loss ?? 0);
    expect(further.model.topology).toEqual(model.topology);
  });

  test("counts samples as their classes do", async () => {
    const skewed = { ...options, validation: undefined, epochs: 30 };

    const { model } = await train({ ...skewed, classWeights: { 0: 1, 1: 0 } }, listening());

    const { values } = await predict(model, clouds(10).x, { signal, backend: cpu });
    const ones = Array.from(values).filter((_, at) => at % 2 === 1);
    expect(Math.max(...ones)).toBeLessThan(0.5);
  });

  test("learns numbers and yes or no", async () => {
    const { x, y } = clouds(64);
    const one = (activation: "linear" | "sigmoid") => (layers: Layers) =>
      layers.sequential({
        layers: [layers.layers.dense({ units: 1, inputShape: [2], activation })],
      });
    const base = { ...options, data: { x, y }, validation: undefined, epochs: 40 };

    const numbers = await train(
      { ...base, model: one("linear"), loss: "meanSquaredError" },
      listening(),
    );
    const yesNo = await train(
      { ...base, model: one("sigmoid"), loss: "binaryCrossentropy" },
      listening(),
    );

    expect(numbers.history.at(-1)).toEqual({ epoch: 40, loss: expect.closeTo(0.06, 1) });
    expect(yesNo.history.at(-1)?.accuracy).toBeGreaterThan(0.95);
  });

  test("ends with a clear error when the loss is no number", async () => {
    const { x, y } = clouds(8);
    const data = { x: { ...x, values: x.values.map(() => Number.NaN) }, y };

    await expect(train({ ...options, data }, listening())).rejects.toMatchObject({
      code: "compute/training-diverged",
      message: "training diverged: the loss is NaN in epoch 1",
    });
  });

  test.each([
    [{ epochs: 0 }, "epochs is 0"],
    [{ batchSize: 1.5 }, "batchSize is 1.5"],
    [{ data: { x: clouds(4).x, y: clouds(3).y } }, "data has 4 samples and 3 answers"],
    [
      { validation: { x: { values: new Float32Array(5), shape: [2, 2] }, y: clouds(2).y } },
      "validation.x holds 5",
    ],
  ])("refuses %j", async (wrong, message) => {
    await expect(train({ ...options, ...wrong }, listening())).rejects.toMatchObject({
      code: "compute/training-data",
      message: expect.stringContaining(message),
    });
  });
});

function meanCrossentropy({ values }: DenseArray, { values: labels }: DenseArray): number {
  const losses = Array.from(labels, (label, row) => -Math.log(values[2 * row + label] ?? 0));
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}
