import type { TensorFlow } from "../tensor-backend.ts";
import type { LayersModel } from "./layers-model.ts";

const CONVOLUTION = ["Conv2DBackpropFilter", "Conv2DBackpropInput"];
const DEPTHWISE = ["DepthwiseConv2dNativeBackpropFilter", "DepthwiseConv2dNativeBackpropInput"];

/** What layers need to learn, beyond what every back end has. */
const needs: Readonly<Record<string, readonly string[]>> = {
  Conv1D: CONVOLUTION,
  Conv2D: CONVOLUTION,
  Conv2DTranspose: CONVOLUTION,
  DepthwiseConv2D: DEPTHWISE,
  SeparableConv2D: [...CONVOLUTION, ...DEPTHWISE],
};

/** Kernels without which a model cannot learn on the back end that is open now. */
export function missingGradients(tf: TensorFlow, model: LayersModel): readonly string[] {
  const kernels = model.layers.flatMap((layer) => needs[layer.getClassName()] ?? []);
  return [...new Set(kernels)].filter((kernel) => tf.getKernel(kernel, tf.getBackend()) == null);
}
