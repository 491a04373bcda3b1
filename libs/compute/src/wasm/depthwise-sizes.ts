import type * as tensorflow from "@tensorflow/tfjs-core";
import type { TensorFlow } from "../tensor-backend.ts";

/** What the kernels are told of a convolution by depth. */
export type DepthwiseAttrs = Pick<
  tensorflow.DepthwiseConv2dNativeBackpropFilterAttrs,
  "strides" | "dilations" | "pad" | "dimRoundingMode"
>;

/** Whether taps of the filter lie apart. */
export function isDilated({ dilations }: Pick<DepthwiseAttrs, "dilations">): boolean {
  return [dilations ?? 1].flat().some((dilation) => dilation !== 1);
}

/** Sizes, strides and paddings of a convolution by depth whose taps lie side by side. */
export function depthwiseSizes(
  tf: TensorFlow,
  imageShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dimRoundingMode }: DepthwiseAttrs,
): tensorflow.backend_util.Conv2DInfo {
  // four sizes each: TensorFlow.js has checked the ranks
  return tf.backend_util.computeConv2DInfo(
    imageShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    1,
    pad,
    dimRoundingMode,
    true,
  );
}
