import type { TensorFlow } from "../tensor-backend.ts";
import {
  type ConvolutionSizes,
  convolutionSizes,
  type FilterGradientAttrs,
  type FilterGradientInputs,
  isPlainConvolution,
} from "./convolution-sizes.ts";
import { areFilledFloats, type KernelFunc, type WasmBackend } from "./wasm-backend.ts";

/**
 * The gradient of a convolution by depth by its filter, which the back end lacks.
 *
 * A loop over the values where they lie: each is needed once for a tap, so to cut out, multiply and add up parts by kernels
 * of the back end takes 3 to 5 times as long. Sums are of 64 bits.
 *
 * @param fallback - for values that are not 32 bit floats, and for dilated filters, whose gradient TensorFlow.js refuses.
 */
export function depthwiseFilterGradient(tf: TensorFlow, fallback: KernelFunc): KernelFunc {
  return (call) => {
    const { x, dy } = call.inputs as unknown as FilterGradientInputs;
    const attrs = call.attrs as unknown as FilterGradientAttrs;
    if (!isPlainConvolution(attrs) || !areFilledFloats(x, dy)) return fallback(call);
    const sizes = convolutionSizes(tf, x.shape, attrs.filterShape, { ...attrs, isByDepth: true });
    const backend = call.backend as WasmBackend;
    const out = backend.makeOutput(attrs.filterShape, "float32");
    const { filterHeight, filterWidth, outChannels } = sizes;
    // after the last allocation: the memory may have grown
    const images = backend.typedArrayFromHeap(x);
    const gradients = backend.typedArrayFromHeap(dy);
    const filter = backend.typedArrayFromHeap(out);
    for (let i = 0; i < filterHeight; i++)
      for (let j = 0; j < filterWidth; j++)
        filter.set(
          tapGradient(images, gradients, sizes, i, j),
          (i * filterWidth + j) * outChannels,
        );
    return out;
  };
}

/** What one tap of the filter adds to the loss, for each channel of the result. */
function tapGradient(
  images: Float32Array,
  gradients: Float32Array,
  sizes: ConvolutionSizes,
  i: number,
  j: number,
): Float64Array {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = sizes;
  const { strideHeight, strideWidth, padInfo } = sizes;
  const sums = new Float64Array(outChannels);
  const rows = rangeSeen(outHeight, inHeight, strideHeight, padInfo.top - i);
  const columns = rangeSeen(outWidth, inWidth, strideWidth, padInfo.left - j);
  const count = columns.to - columns.from;
  const firstSeen = columns.from * strideWidth - padInfo.left + j;
  for (let b = 0; b < batchSize; b++)
    for (let y = rows.from; y < rows.to; y++) {
      const seenRow = b * inHeight + y * strideHeight - padInfo.top + i;
      addRow(sums, {
        images,
        imageAt: (seenRow * inWidth + firstSeen) * inChannels,
        imageStep: strideWidth * inChannels,
        gradients,
        gradientAt: ((b * outHeight + y) * outWidth + columns.from) * outChannels,
        count,
        inChannels,
      });
    }
  return sums;
}

interface Row {
  readonly images: Float32Array;
  readonly imageAt: number;
  readonly imageStep: number;
  readonly gradients: Float32Array;
  readonly gradientAt: number;
  readonly count: number;
  readonly inChannels: number;
}

/** Channel by channel, so that each sum stays in a register. */
function addRow(sums: Float64Array, row: Row): void {
  const { images, imageAt, imageStep, gradients, gradientAt, count, inChannels } = row;
  const outChannels = sums.length;
  const multiplier = outChannels / inChannels;
  for (let channel = 0; channel < outChannels; channel++) {
    let at = imageAt + Math.floor(channel / multiplier);
    let by = gradientAt + channel;
    let sum = 0;
    for (let k = 0; k < count; k++, at += imageStep, by += outChannels)
      sum += (images[at] ?? 0) * (gradients[by] ?? 0);
    sums[channel] = (sums[channel] ?? 0) + sum;
  }
}

/** Places of the result for which a tap sees a pixel, and not the padding before or behind. */
function rangeSeen(
  outSize: number,
  inSize: number,
  stride: number,
  before: number,
): { readonly from: number; readonly to: number } {
  const from = Math.max(0, Math.ceil(before / stride));
  const to = Math.min(outSize, Math.ceil((inSize + before) / stride));
  return { from, to: Math.max(from, to) };
}
