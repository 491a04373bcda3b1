import { setImmediate as nextTurn } from "node:timers/promises";
import { arrayOf, type DenseArray, rowsOf, takeRows, tensorOf } from "../data/dense-array.ts";
import { type OpenBackendOptions, openTensorBackend } from "../open-tensor-backend.ts";
import type { Tensor, TensorFlow } from "../tensor-backend.ts";
import { withDevice } from "../with-device.ts";
import { layersModelOf } from "./layers-model.ts";
import type { Model } from "./model.ts";

/** How a model is asked. */
export interface PredictOptions {
  /** Samples at once. @default 256 */
  readonly batchSize?: number;
  /** Looked at between batches. */
  readonly signal: AbortSignal;
  /** Which back end; it need not be the one that trained the model. @default the best of this machine */
  readonly backend?: Omit<OpenBackendOptions, "signal">;
}

/**
 * What a model says of samples.
 *
 * @returns 32-bit floats, of the shape of the model's output: `[samples, classes]` for classes.
 * @throws the errors of `openTensorBackend`, {@link DeviceLostError} or {@link DeviceFaultError}, and the reason of the signal.
 * @example
 * const { values } = await predict(model, images, { signal });
 */
export async function predict(
  model: Model,
  samples: DenseArray,
  { batchSize = 256, signal, backend: backendOptions }: PredictOptions,
): Promise<DenseArray> {
  await using backend = await openTensorBackend({ ...backendOptions, signal });
  const { tf, failed } = backend;
  const either = AbortSignal.any([signal, failed]);
  return await withDevice(
    failed,
    async () => await predictAll(tf, model, samples, { batchSize, signal: either }),
  );
}

async function predictAll(
  tf: TensorFlow,
  model: Model,
  samples: DenseArray,
  { batchSize, signal }: { readonly batchSize: number; readonly signal: AbortSignal },
): Promise<DenseArray> {
  const built = await layersModelOf(tf, model);
  try {
    const parts: DenseArray[] = [];
    for (let from = 0; from < rowsOf(samples); from += batchSize) {
      await nextTurn();
      signal.throwIfAborted();
      const length = Math.min(batchSize, rowsOf(samples) - from);
      const some = takeRows(
        samples,
        Int32Array.from({ length }, (_, index) => from + index),
      );
      // a model of one output gives one tensor
      const said = tf.tidy(() => built.apply(tensorOf(tf, some)) as Tensor);
      parts.push(await arrayOf(said));
      said.dispose();
    }
    return joined(parts);
  } finally {
    built.dispose();
  }
}

function joined(parts: readonly DenseArray[]): DenseArray {
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.values.length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at);
    at += part.values.length;
  }
  const rows = parts.reduce((sum, part) => sum + rowsOf(part), 0);
  return { values, shape: [rows, ...(parts[0]?.shape.slice(1) ?? [])] };
}
