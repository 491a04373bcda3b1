import type { TensorFlow } from "../tensor-backend.ts";
import { filterGradient } from "./filter-gradient.ts";
import { borrowedKernel } from "./plain-kernels.ts";
import { registerFastProduct } from "./transposed-products.ts";

/** The version of TensorFlow.js whose kernels these complete. */
const VERSION = "4.22.0";

const completed = new WeakSet<object>();

/**
 * Gives the WebAssembly back end what it lacks for training: fast products of transposed matrices, the gradient of a
 * convolution by its filter, and a copy of each kernel that only the plain back end has. Does it once.
 */
export async function completeWasm(tf: TensorFlow): Promise<void> {
  const registry = tf.engine();
  if (completed.has(registry)) return;
  completed.add(registry);
  await import("@tensorflow/tfjs-backend-cpu");
  const version: string = tf.version_core;
  if (version !== VERSION)
    process.emitWarning(
      `the WebAssembly kernels were made for TensorFlow.js ${VERSION}, and this is ${version}`,
      { code: "WEIR_TFJS_VERSION" },
    );
  registerFastProduct(tf);
  const known = new Set(tf.getKernelsForBackend("wasm").map(({ kernelName }) => kernelName));
  for (const kernel of tf.getKernelsForBackend("cpu")) {
    const { kernelName } = kernel;
    if (known.has(kernelName)) continue;
    const borrowed = borrowedKernel(tf, kernel);
    const kernelFunc =
      kernelName === "Conv2DBackpropFilter" ? filterGradient(tf, borrowed) : borrowed;
    tf.registerKernel({ kernelName, backendName: "wasm", kernelFunc });
  }
}
