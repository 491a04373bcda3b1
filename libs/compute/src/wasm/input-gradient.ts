import type { TensorFlow } from "../tensor-backend.ts";
import {
  convolutionSizes,
  type InputGradientAttrs,
  type InputGradientInputs,
  isPlainConvolution,
} from "./convolution-sizes.ts";
import { gradientSpread } from "./gradient-spread.ts";
import {
  areFilledFloats,
  type KernelFunc,
  Scratch,
  type WasmBackend,
  wasmKernels,
} from "./wasm-backend.ts";

/**
 * The gradient of a convolution by its image, for which the back end has a slow loop: the gradient of the result, with zeros
 * between where the filter strode, convolved with the filter turned around and its channels swapped. Where the zeros cost
 * more than the loop, it stays: for few channels of the image.
 *
 * @param fallback - for images whose channels come first, and for values that are not 32 bit floats.
 */
export function inputGradient(tf: TensorFlow, fallback: KernelFunc): KernelFunc {
  const { Reverse, Transpose, Conv2D, Conv2DBackpropInput } = wasmKernels(
    tf,
    "Reverse",
    "Transpose",
    "Conv2D",
    "Conv2DBackpropInput",
  );
  const spread = gradientSpread(tf);
  return (call) => {
    const { dy, filter } = call.inputs as unknown as InputGradientInputs;
    const attrs = call.attrs as unknown as InputGradientAttrs;
    if (!isPlainConvolution(attrs) || !areFilledFloats(dy, filter)) return fallback(call);
    const sizes = convolutionSizes(tf, attrs.inputShape, filter.shape, {
      ...attrs,
      isByDepth: false,
    });
    if (sizes.inChannels <= sizes.strideHeight * sizes.strideWidth)
      return Conv2DBackpropInput(call);
    using scratch = new Scratch(call.backend as WasmBackend);
    const turned = scratch.run(Reverse, { x: filter }, { dims: [0, 1] });
    const swapped = scratch.run(Transpose, { x: turned }, { perm: [0, 1, 3, 2] });
    const attrsOfPlain = { strides: [1, 1], dilations: [1, 1], pad: "valid", dataFormat: "NHWC" };
    return scratch.release(
      scratch.run(Conv2D, { x: spread(scratch, dy, sizes), filter: swapped }, attrsOfPlain),
    );
  };
}
