import type * as tensorflow from "@tensorflow/tfjs-core";
import type { TensorFlow } from "../tensor-backend.ts";
import {
  areFilledFloats,
  type KernelFunc,
  Scratch,
  type TensorInfo,
  type WasmBackend,
  wasmKernels,
} from "./wasm-backend.ts";

/** What the kernel is told of a convolution. */
interface ConvolutionAttrs {
  readonly strides: [number, number] | number;
  readonly pad: "valid" | "same" | number | tensorflow.backend_util.ExplicitPadding;
  readonly dataFormat: "NHWC" | "NCHW";
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly filterShape: [number, number, number, number];
}

/**
 * The gradient of a convolution by its filter, which the back end lacks: of each tap of the filter it is the product of the
 * part of the image that the tap saw, transposed, and the gradient of the result.
 *
 * @param fallback - for images whose channels come first, and for values that are not 32 bit floats.
 */
export function filterGradient(tf: TensorFlow, fallback: KernelFunc): KernelFunc {
  const { PadV2, Slice, StridedSlice, BatchMatMul } = wasmKernels(
    tf,
    "PadV2",
    "Slice",
    "StridedSlice",
    "BatchMatMul",
  );
  return (call) => {
    const { x, dy } = call.inputs as unknown as { readonly x: TensorInfo; readonly dy: TensorInfo };
    const attrs = call.attrs as unknown as ConvolutionAttrs;
    if (attrs.dataFormat === "NCHW" || !areFilledFloats(x, dy)) return fallback(call);
    const backend = call.backend as WasmBackend;
    using scratch = new Scratch(backend);
    const sizes = sizesOf(tf, x, attrs);
    const { paddings } = sizes;
    const padded = sizes.isPadded ? scratch.run(PadV2, { x }, { paddings, constantValue: 0 }) : x;
    const rows = sizes.batch * sizes.outHeight * sizes.outWidth;
    const [height, width, inChannels, outChannels] = attrs.filterShape;
    const gradient: TensorInfo = { ...dy, shape: [1, rows, outChannels] };
    const out = backend.makeOutput(attrs.filterShape, "float32");
    for (let i = 0; i < height; i++)
      for (let j = 0; j < width; j++) {
        using tap = new Scratch(backend);
        const seen = sizes.isPlain
          ? tap.run(Slice, { x: padded }, plainPart(sizes, i, j, inChannels))
          : tap.run(StridedSlice, { x: padded }, stridedPart(sizes, i, j, inChannels));
        const made = tap.run(
          BatchMatMul,
          { a: { ...seen, shape: [1, rows, inChannels] }, b: gradient },
          { transposeA: true, transposeB: false },
        );
        // both anew each time: the memory may have grown
        const at = (i * width + j) * inChannels * outChannels;
        backend.typedArrayFromHeap(out).set(backend.typedArrayFromHeap(made), at);
      }
    return out;
  };
}

interface Sizes {
  readonly batch: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly paddings: readonly (readonly [number, number])[];
  readonly isPadded: boolean;
  /** Whether every pixel is the corner of a part. */
  readonly isPlain: boolean;
}

function sizesOf(tf: TensorFlow, x: TensorInfo, attrs: ConvolutionAttrs): Sizes {
  const { strides, pad, dimRoundingMode, filterShape } = attrs;
  const info = tf.backend_util.computeConv2DInfo(
    x.shape as [number, number, number, number],
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode,
    false,
    "channelsLast",
  );
  const { top, bottom, left, right } = info.padInfo;
  return {
    batch: info.batchSize,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    paddings: [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
    isPadded: top + bottom + left + right > 0,
    isPlain: info.strideHeight === 1 && info.strideWidth === 1,
  };
}

function plainPart({ batch, outHeight, outWidth }: Sizes, i: number, j: number, channels: number) {
  return { begin: [0, i, j, 0], size: [batch, outHeight, outWidth, channels] };
}

function stridedPart(sizes: Sizes, i: number, j: number, channels: number) {
  const { batch, outHeight, outWidth, strideHeight, strideWidth } = sizes;
  return {
    begin: [0, i, j, 0],
    end: [
      batch,
      i + (outHeight - 1) * strideHeight + 1,
      j + (outWidth - 1) * strideWidth + 1,
      channels,
    ],
    strides: [1, strideHeight, strideWidth, 1],
    beginMask: 0,
    endMask: 0,
    ellipsisMask: 0,
    newAxisMask: 0,
    shrinkAxisMask: 0,
  };
}
