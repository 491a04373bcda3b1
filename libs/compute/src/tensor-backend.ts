import type * as tensorflow from "@tensorflow/tfjs-core";

/** TensorFlow.js as the back end that was opened runs it: functions on tensors (`tf.matMul(a, b)`). */
export type TensorFlow = typeof tensorflow;

/** A tensor of any shape. */
export type Tensor = tensorflow.Tensor;

/** The back ends that are known, best first: CUDA through TensorFlow, WebAssembly, plain JavaScript. */
export type TensorBackendName = "tensorflow" | "wasm" | "cpu";

/** A back end that was passed over, and why. */
export interface TriedBackend {
  readonly name: TensorBackendName;
  readonly reason: string;
}

/** What ran, for lineage and reports: plain JSON. */
export interface BackendFacts {
  readonly name: TensorBackendName;
  /** `"NVIDIA GPU, by CUDA"`, `"WebAssembly with SIMD on …"`. */
  readonly device: string;
  readonly isGpu: boolean;
  /** Of TensorFlow.js. */
  readonly version: string;
  /** Memory of the machine that the device can use, where it is known; undefined on a GPU. */
  readonly memoryBytes?: number;
  /** Better back ends that could not be had, best first. */
  readonly tried: readonly TriedBackend[];
}

/**
 * An open tensor back end; the caller disposes it.
 *
 * TensorFlow.js has one current back end per thread: the one opened last.
 */
export interface TensorBackend extends AsyncDisposable {
  /**
   * TensorFlow.js. Dispose tensors, or make them inside `tf.tidy`.
   *
   * @throws {@link BackendClosedError} `compute/backend-closed`, after disposal.
   */
  readonly tf: TensorFlow;
  readonly name: TensorBackendName;
  /** For people: what computes. */
  readonly device: string;
  readonly isGpu: boolean;
  /** Back ends that were passed over, in the order in which they were tried. */
  readonly tried: readonly TriedBackend[];
}
