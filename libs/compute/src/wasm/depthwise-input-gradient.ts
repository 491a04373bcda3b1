import type * as tensorflow from "@tensorflow/tfjs-core";
import type { TensorFlow } from "../tensor-backend.ts";
import { depthwiseSizes, isDilated } from "./depthwise-sizes.ts";
import {
  areFilledFloats,
  type KernelFunc,
  Scratch,
  type TensorInfo,
  type WasmBackend,
  wasmKernels,
} from "./wasm-backend.ts";

/**
 * The gradient of a convolution by depth by its image, which the back end lacks: the gradient of the result, with zeros
 * between where the filter strode, convolved by depth with the filter turned around. Each channel of the result is on its
 * own there; those of one channel of the image are added up at the end.
 *
 * @param fallback - for values that are not 32 bit floats, and for dilated filters, whose gradient TensorFlow.js refuses.
 */
export function depthwiseInputGradient(tf: TensorFlow, fallback: KernelFunc): KernelFunc {
  const { Reverse, DepthwiseConv2dNative, Sum, ...laying } = wasmKernels(
    tf,
    "Reverse",
    "DepthwiseConv2dNative",
    "Sum",
    "PadV2",
    "Slice",
  );
  return (call) => {
    const { dy, filter } = call.inputs as unknown as Inputs;
    const attrs = call.attrs as unknown as tensorflow.DepthwiseConv2dNativeBackpropInputAttrs;
    if (isDilated(attrs) || !areFilledFloats(dy, filter)) return fallback(call);
    const sizes = depthwiseSizes(tf, attrs.inputShape, filter.shape, attrs);
    const { filterHeight, filterWidth, inChannels, outChannels } = sizes;
    using scratch = new Scratch(call.backend as WasmBackend);
    const spread = spreadGradient(scratch, laying, dy, sizes);
    const taps = { ...filter, shape: [filterHeight, filterWidth, outChannels, 1] };
    const turned = scratch.run(Reverse, { x: taps }, { dims: [0, 1] });
    const seen = scratch.run(
      DepthwiseConv2dNative,
      { x: spread, filter: turned },
      { strides: [1, 1], dilations: [1, 1], pad: "valid" },
    );
    if (outChannels === inChannels) return scratch.release(seen);
    const shape = [...attrs.inputShape, outChannels / inChannels];
    return scratch.release(
      scratch.run(Sum, { x: { ...seen, shape } }, { axis: [4], keepDims: false }),
    );
  };
}

interface Inputs {
  readonly dy: TensorInfo;
  readonly filter: TensorInfo;
}

type Laying = Readonly<Record<"PadV2" | "Slice", KernelFunc>>;
type Sizes = tensorflow.backend_util.Conv2DInfo;

/** The gradient of the result laid out so that a plain convolution with the turned filter has the size of the image. */
function spreadGradient(
  scratch: Scratch,
  { PadV2, Slice }: Laying,
  dy: TensorInfo,
  sizes: Sizes,
): TensorInfo {
  const { batchSize: batch, inHeight, inWidth, outHeight, outWidth, outChannels } = sizes;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = sizes;
  const [height, width] = [outHeight * strideHeight, outWidth * strideWidth];
  const pad = (x: TensorInfo, paddings: readonly (readonly [number, number])[]): TensorInfo =>
    paddings.flat().every((count) => count === 0)
      ? x
      : scratch.run(PadV2, { x }, { paddings, constantValue: 0 });
  const lines = { ...dy, shape: [batch * outHeight, 1, outWidth, outChannels] };
  const apart = pad(lines, [
    none,
    [0, strideHeight - 1],
    none,
    [0, (strideWidth - 1) * outChannels],
  ]);
  const grid = { ...apart, shape: [batch, height, width, outChannels] };
  const rows = edges(height, inHeight, filterHeight, padInfo.top);
  const columns = edges(width, inWidth, filterWidth, padInfo.left);
  const begin = [0, rows.skipped, columns.skipped, 0];
  const size = [batch, rows.kept, columns.kept, outChannels];
  const isWhole = rows.kept === height && columns.kept === width;
  const cut = isWhole ? grid : scratch.run(Slice, { x: grid }, { begin, size });
  return pad(cut, [none, rows.added, columns.added, none]);
}

const none = [0, 0] as const;

/** What is cut off the gradient along one axis, and what is added before and behind. */
interface Edges {
  readonly skipped: number;
  readonly kept: number;
  readonly added: readonly [number, number];
}

function edges(size: number, inSize: number, filterSize: number, paddedBefore: number): Edges {
  const before = filterSize - 1 - paddedBefore;
  const skipped = Math.max(0, -before);
  const end = Math.min(size, inSize + paddedBefore);
  const added = [Math.max(0, before), inSize + paddedBefore - end] as const;
  return { skipped, kept: end - skipped, added };
}
