import type * as tensorflow from "@tensorflow/tfjs-core";
import type { TensorFlow } from "../tensor-backend.ts";
import type { TensorInfo } from "./wasm-backend.ts";

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

/** What a kernel is told that makes the gradient by the image. */
export interface InputGradientAttrs extends ConvolutionAttrs {
  readonly inputShape: readonly number[];
}

/** What it is given: the gradient of the result, and the filter. */
export interface InputGradientInputs {
  readonly dy: TensorInfo;
  readonly filter: TensorInfo;
}

/** What a kernel is told that makes the gradient by the filter. */
export interface FilterGradientAttrs extends ConvolutionAttrs {
  readonly filterShape: readonly [number, number, number, number];
}

/** What it is given: the image, and the gradient of the result. */
export interface FilterGradientInputs {
  readonly x: TensorInfo;
  readonly dy: TensorInfo;
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
