import type { TensorFlow } from "../tensor-backend.ts";
import {
  areFilledFloats,
  type KernelFunc,
  type TensorInfo,
  type WasmBackend,
} from "./wasm-backend.ts";

type PoolAttributes = Readonly<{
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: "valid" | "same" | number;
  dimRoundingMode?: "floor" | "round" | "ceil";
}>;
type Pool = ReturnType<TensorFlow["backend_util"]["computePool2DInfo"]>;

/**
 * The gradient of a pool of maxima: what came to a maximum goes to where it was, the first place of equal ones.
 *
 * The published kernel looks for the largest number above zero, so that windows without one lose their gradient.
 */
export function maxPoolGradient(tf: TensorFlow, fallback: KernelFunc): KernelFunc {
  return (call) => {
    // what the kernel is called with, as TensorFlow.js defines it
    const { input, dy } = call.inputs as { readonly input: TensorInfo; readonly dy: TensorInfo };
    if (!areFilledFloats(input, dy)) return fallback(call);
    const { filterSize, strides, pad, dimRoundingMode } = call.attrs as unknown as PoolAttributes;
    const shape = input.shape as [number, number, number, number];
    const pool = tf.backend_util.computePool2DInfo(
      shape,
      filterSize,
      strides,
      1,
      pad,
      dimRoundingMode,
    );
    const wasm = call.backend as WasmBackend;
    const made = wasm.makeOutput(input.shape, "float32");
    const sums = wasm.typedArrayFromHeap(made).fill(0);
    spread(pool, wasm.typedArrayFromHeap(input), wasm.typedArrayFromHeap(dy), sums);
    return made;
  };
}

/** Adds each number of `dy` to the place of its window's maximum. */
function spread(pool: Pool, input: Float32Array, dy: Float32Array, sums: Float32Array): void {
  const { batchSize, outHeight, outWidth, inChannels } = pool;
  const placeOfMaximum = maximumFinder(pool, input);
  let at = 0;
  for (let image = 0; image < batchSize; image += 1)
    for (let row = 0; row < outHeight; row += 1)
      for (let column = 0; column < outWidth; column += 1)
        for (let channel = 0; channel < inChannels; channel += 1) {
          const place = placeOfMaximum(image, row, column, channel);
          if (place >= 0) sums[place] = (sums[place] ?? 0) + (dy[at] ?? 0);
          at += 1;
        }
}

type FindMaximum = (image: number, row: number, column: number, channel: number) => number;

/** Finds where the largest number of a window is; −1 for a window that lies in the padding. */
function maximumFinder(pool: Pool, input: Float32Array): FindMaximum {
  const { inHeight, inWidth, inChannels, filterHeight, filterWidth, padInfo } = pool;
  const { strideHeight, strideWidth } = pool;
  return (image, row, column, channel) => {
    const top = row * strideHeight - padInfo.top;
    const left = column * strideWidth - padInfo.left;
    const bottom = Math.min(inHeight, top + filterHeight);
    const right = Math.min(inWidth, left + filterWidth);
    let place = -1;
    let maximum = -Infinity;
    for (let y = Math.max(0, top); y < bottom; y += 1)
      for (let x = Math.max(0, left); x < right; x += 1) {
        const here = ((image * inHeight + y) * inWidth + x) * inChannels + channel;
        const value = input[here] ?? 0;
        if (value <= maximum) continue;
        maximum = value;
        place = here;
      }
    return place;
  };
}
