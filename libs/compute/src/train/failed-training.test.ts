import { describe, expect, test } from "vitest";
import { quietContext } from "../conformance/quiet-context.ts";
import { classSamples } from "../conformance/samples.ts";
import { TensorMemoryError } from "../errors.ts";
import { openTensorBackend } from "../open-tensor-backend.ts";
import { predict } from "./predict.ts";
import { type Training, train } from "./train.ts";
import type { TrainOptions } from "./training-options.ts";

const options: TrainOptions = {
  model: ({ sequential, layers }) =>
    sequential({
      layers: [
        layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [6, 6, 1], activation: "relu" }),
        layers.flatten(),
        layers.dense({ units: 2, activation: "softmax" }),
      ],
    }),
  data: classSamples(16, [6, 6, 1], 2),
  loss: "crossentropy",
  epochs: 1,
  batchSize: 8,
};

async function trained(require: "cpu" | "wasm", part: Partial<TrainOptions>): Promise<Training> {
  return await train({ ...options, backend: { require }, ...part }, quietContext());
}

/** Tensors, their bytes, and what the back end holds for them. */
async function held(require: "cpu" | "wasm"): Promise<readonly number[]> {
  await using backend = await openTensorBackend({ require });
  const { tf } = backend;
  return [tf.memory().numTensors, tf.memory().numBytes, tf.backend().numDataIds()];
}

describe.each(["cpu", "wasm"] as const)(
  "a training that fails on %s leaves nothing behind",
  (on) => {
    test("when its model cannot be built", async () => {
      const before = await held(on);

      const training = trained(on, {
        model: ({ sequential, layers }) =>
          sequential({
            layers: [
              layers.dense({ units: 4, inputShape: [6] }),
              layers.conv1d({ filters: 1, kernelSize: 2 }),
            ],
          }),
      });

      await expect(training).rejects.toThrow("expected ndim=3, found ndim=2");
      expect(await held(on)).toEqual(before);
    });

    test("when a step cannot be taken", async () => {
      const before = await held(on);

      const training = trained(on, {
        model: ({ sequential, layers }) => {
          const last = layers.dense({ units: 2 });
          last.call = () => {
            throw new Error("no step");
          };
          const first = layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [6, 6, 1] });
          return sequential({ layers: [first, layers.flatten(), last] });
        },
      });

      await expect(training).rejects.toThrow("no step");
      expect(await held(on)).toEqual(before);
    });

    test("wherever it takes more memory than it may", async () => {
      const before = await held(on);

      const ended = new Set<unknown>();
      for (let memoryLimitBytes = 100; memoryLimitBytes < 60_000; memoryLimitBytes *= 2) {
        const training = trained(on, { backend: { require: on, memoryLimitBytes } });
        ended.add(
          await training.then(
            ({ backend }) => backend.name,
            (error: unknown) => error instanceof TensorMemoryError,
          ),
        );
        expect(await held(on)).toEqual(before);
      }

      expect(ended).toEqual(new Set([true, on]));
    });

    test("when a model that it should go on with, or ask, does not fit", async () => {
      const { model } = await trained(on, {});
      const before = await held(on);

      for (let memoryLimitBytes = 100; memoryLimitBytes < 1_000; memoryLimitBytes += 50) {
        const backend = { require: on, memoryLimitBytes };
        const { signal } = quietContext();
        await expect(trained(on, { model, backend })).rejects.toThrow(TensorMemoryError);
        await expect(predict(model, options.data.x, { signal, backend })).rejects.toThrow(
          TensorMemoryError,
        );
        expect(await held(on)).toEqual(before);
      }
    });
  },
);
