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
 * The gradient of a convolution by depth by its image, which the back end lacks: the gradient of the result, with zeros
 * between where the filter strode, convolved by depth with the filter turned around. Each channel of the result is on its
 * own there; those of one channel of the image are added up at the end.
 *
 * @param fallback - for values that are not 32 bit floats, and for dilated filters, whose gradient TensorFlow.js refuses.
 */
export function depthwiseInputGradient(tf: TensorFlow, fallback: KernelFunc): KernelFunc {
  const { Reverse, DepthwiseConv2dNative, Sum } = wasmKernels(
    tf,
    "Reverse",
    "DepthwiseConv2dNative",
    "Sum",
  );
  const spread = gradientSpread(tf);
  return (call) => {
    const { dy, filter } = call.inputs as unknown as InputGradientInputs;
    const attrs = call.attrs as unknown as InputGradientAttrs;
    if (!isPlainConvolution(attrs) || !areFilledFloats(dy, filter)) return fallback(call);
    const sizes = convolutionSizes(tf, attrs.inputShape, filter.shape, {
      ...attrs,
      isByDepth: true,
    });
    const { filterHeight, filterWidth, inChannels, outChannels } = sizes;
    using scratch = new Scratch(call.backend as WasmBackend);
    const taps = { ...filter, shape: [filterHeight, filterWidth, outChannels, 1] };
    const turned = scratch.run(Reverse, { x: taps }, { dims: [0, 1] });
    const seen = scratch.run(
      DepthwiseConv2dNative,
      { x: spread(scratch, dy, sizes), filter: turned },
      { strides: [1, 1], dilations: [1, 1], pad: "valid" },
    );
    if (outChannels === inChannels) return scratch.release(seen);
    const shape = [...attrs.inputShape, outChannels / inChannels];
    return scratch.release(
      scratch.run(Sum, { x: { ...seen, shape } }, { axis: [4], keepDims: false }),
    );
  };
}
