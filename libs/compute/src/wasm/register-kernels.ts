import type { TensorFlow } from "../tensor-backend.ts";
import { depthwiseFilterGradient } from "./depthwise-filter-gradient.ts";
import { depthwiseInputGradient } from "./depthwise-input-gradient.ts";
import { filterGradient } from "./filter-gradient.ts";
import { maxPoolGradient } from "./max-pool-gradient.ts";
import { inputGradient } from "./input-gradient.ts";
import { fastProduct } from "./matrix-products.ts";
import { borrowedKernel } from "./plain-kernels.ts";
import { segmentSums } from "./segment-sums.ts";
import { versionWarning } from "./version-warning.ts";
import type { KernelFunc } from "./wasm-backend.ts";

/** An own kernel, which leaves what it cannot do to the plain back end's. */
type OwnKernel = (tf: TensorFlow, fallback: KernelFunc) => KernelFunc;

/** Products last: others are made of the published one, whose packed matrices are kept. */
const ownKernels: ReadonlyMap<string, OwnKernel> = new Map([
  ["Conv2DBackpropFilter", filterGradient],
  ["Conv2DBackpropInput", inputGradient],
  ["DepthwiseConv2dNativeBackpropFilter", depthwiseFilterGradient],
  ["DepthwiseConv2dNativeBackpropInput", depthwiseInputGradient],
  ["MaxPoolGrad", maxPoolGradient],
  ["UnsortedSegmentSum", segmentSums],
  ["BatchMatMul", fastProduct],
]);

/** Published kernels that take the maximum of numbers below zero for zero; the plain ones do not. */
const wrongKernels = ["MaxPool3D", "MaxPool3DGrad"] as const;

const completed = new WeakSet<object>();

/**
 * Gives the WebAssembly back end what it lacks for training: fast products of transposed matrices, the gradients of
 * convolutions and look-ups, and a copy of each other kernel that only the plain back end has. Does it once.
 */
export async function completeWasm(tf: TensorFlow): Promise<void> {
  const registry = tf.engine();
  if (completed.has(registry)) return;
  completed.add(registry);
  await import("@tensorflow/tfjs-backend-cpu");
  const warning = versionWarning(tf.version_core);
  if (warning !== undefined) process.emitWarning(warning, { code: "WEIR_TFJS_VERSION" });
  for (const [kernelName, own] of ownKernels)
    replaceKernel(tf, kernelName, own(tf, borrowedKernel(tf, tf.getKernel(kernelName, "cpu"))));
  for (const kernelName of wrongKernels)
    replaceKernel(tf, kernelName, borrowedKernel(tf, tf.getKernel(kernelName, "cpu")));
  for (const kernel of tf.getKernelsForBackend("cpu"))
    if (tf.getKernel(kernel.kernelName, "wasm") == null)
      replaceKernel(tf, kernel.kernelName, borrowedKernel(tf, kernel));
}

/** What the back end had under that name still sets itself up. */
function replaceKernel(tf: TensorFlow, kernelName: string, kernelFunc: KernelFunc): void {
  const known = tf.getKernel(kernelName, "wasm");
  if (known != null) tf.unregisterKernel(kernelName, "wasm");
  tf.registerKernel({ ...known, kernelName, backendName: "wasm", kernelFunc });
}
