import { openTensorBackend, train } from "@weirflow/compute";
import type { NodeContext } from "weirflow";

const SAMPLES = 64;

/** Learns to tell two classes apart; in its first attempt, the GPU is lost at the first checkpoint. */
export const training = async (
  { losesDevice }: { losesDevice: boolean },
  context: NodeContext,
): Promise<string> => {
  const { checkpoint, attempt } = context;
  const x = Float32Array.from({ length: SAMPLES * 4 }, (_, at) => Math.sin(at));
  const { backend } = await train(
    {
      model: ({ sequential, layers }) =>
        sequential({
          layers: [layers.dense({ units: 2, inputShape: [4], activation: "softmax" })],
        }),
      data: {
        x: { values: x, shape: [SAMPLES, 4] },
        y: { values: Int32Array.from({ length: SAMPLES }, (_, row) => row % 2), shape: [SAMPLES] },
      },
      loss: "crossentropy",
      epochs: 3,
    },
    {
      ...context,
      checkpoint: {
        ...checkpoint,
        save: async (bytes) => {
          await checkpoint.save(bytes);
          if (losesDevice && attempt === 1) await loseDevice();
        },
      },
    },
  );
  return backend.name;
};

/** Asks the GPU for a buffer that is larger than any. */
export const tooLarge = async ({ side }: { side: number }): Promise<number> => {
  await using backend = await openTensorBackend();
  const { tf } = backend;
  const sum = tf.tidy(() => tf.sum(tf.matMul(tf.ones([side, 1]), tf.ones([1, side]))));
  const [total = 0] = await sum.data();
  sum.dispose();
  return total;
};

/** As when a driver is replaced: the device is gone for all who use it. */
async function loseDevice(): Promise<void> {
  await using backend = await openTensorBackend();
  // the back end of WebGPU has its device
  const { device } = backend.tf.backend() as unknown as { device: { destroy(): void } };
  device.destroy();
}
