import type * as tensorflow from "@tensorflow/tfjs-core";
import type { TensorFlow } from "../tensor-backend.ts";

/** Sizes, strides and paddings of a convolution. */
export type ConvolutionSizes = tensorflow.backend_util.Conv2DInfo;

/** What kernels are told of a convolution, by depth or not. */
export interface ConvolutionAttrs {
  readonly strides: [number, number] | number;
  readonly pad: "valid" | "same" | number | tensorflow.backend_util.ExplicitPadding;
  readonly dataFormat?: "NHWC" | "NCHW";
  readonly dilations?: [number, number] | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** Whether channels come last, and taps of the filter lie side by side: what the compiled convolutions take. */
export function isPlainConvolution({ dataFormat, dilations = 1 }: ConvolutionAttrs): boolean {
  return dataFormat !== "NCHW" && [dilations].flat().every((dilation) => dilation === 1);
}

/** The sizes of a convolution of images and a filter of these shapes. */
export function convolutionSizes(
  tf: TensorFlow,
  imageShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dimRoundingMode, isByDepth }: ConvolutionAttrs & { readonly isByDepth: boolean },
): ConvolutionSizes {
  // four sizes each: TensorFlow.js has checked the ranks
  return tf.backend_util.computeConv2DInfo(
    imageShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    1,
    pad,
    dimRoundingMode,
    isByDepth,
  );
}
