import type * as tensorflow from "@tensorflow/tfjs-core";

/** TensorFlow.js as the back end that was opened runs it: functions on tensors (`tf.matMul(a, b)`). */
export type TensorFlow = typeof tensorflow;

/** A tensor of any shape. */
export type Tensor = tensorflow.Tensor;

/**
 * The back ends that are known: TensorFlow's C library (CUDA, or the CPU), WebGPU on a GPU of any maker, WebAssembly, plain
 * JavaScript.
 */
export type TensorBackendName = "tensorflow" | "webgpu" | "wasm" | "cpu";

const requirements = ["gpu", "tensorflow", "webgpu", "wasm", "cpu"] as const;

/** What has to compute: any GPU, or one back end. */
export type BackendRequirement = (typeof requirements)[number];

/** Whether a text says what has to compute. */
export function isRequirement(text: string): text is BackendRequirement {
  return requirements.some((one) => one === text);
}

/** A back end that was passed over, and why. */
export interface TriedBackend {
  readonly name: TensorBackendName;
  readonly reason: string;
}

/** Memory of a back end, bytes. */
export interface TensorMemory {
  /** Of the device; undefined where it does not say. */
  readonly totalBytes: number | undefined;
  /** What one tensor may take on this device; undefined where there is no limit of its own. */
  readonly maxTensorBytes: number | undefined;
  /** What all tensors of this thread may take together; undefined is no limit. */
  readonly limitBytes: number | undefined;
  /** What all tensors of this thread take now. */
  readonly usedBytes: number;
}

/** What ran, for lineage and reports: plain JSON. */
export interface BackendFacts {
  readonly name: TensorBackendName;
  /** `"NVIDIA H100, by CUDA"`, `"WebAssembly with SIMD on …"`. */
  readonly device: string;
  readonly isGpu: boolean;
  /** Of TensorFlow.js. */
  readonly version: string;
  /** Memory that the device can use, bytes, where it is known. */
  readonly memoryBytes?: number;
  /** The largest tensor of the device, bytes, where it has such a limit. */
  readonly maxTensorBytes?: number;
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
   * TensorFlow.js. Dispose tensors, or make them inside `tf.tidy`; read them with `await tensor.data()`, which every back end
   * has, unlike `dataSync`.
   *
   * @throws {@link BackendClosedError} `compute/backend-closed`, after disposal.
   */
  readonly tf: TensorFlow;
  readonly name: TensorBackendName;
  /** For people: what computes. */
  readonly device: string;
  readonly isGpu: boolean;
  readonly memory: TensorMemory;
  /** Back ends that were passed over, in the order in which they were tried. */
  readonly tried: readonly TriedBackend[];
  /**
   * Aborted when the device fails: from then on no number that it gives means anything. The reason is a
   * {@link DeviceLostError} or a {@link DeviceFaultError}.
   */
  readonly failed: AbortSignal;
}
