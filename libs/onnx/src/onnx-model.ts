import type { DenseArray, InputArray } from "./dense-array.ts";
import type { TriedProvider } from "./errors.ts";

/** What computes: the processor, a GPU through WebGPU, or what else the runtime was built with. */
export type OnnxProvider = "cpu" | "webgpu" | "cuda" | "coreml" | "dml";

/** What a model takes or gives under a name. */
export interface OnnxValue {
  readonly name: string;
  /** `float32`, `float64`, `int64`, …; `string`, or `none` for sequences and maps. */
  readonly type: string;
  /** The length of each side; a text is the name of one that may have any. Empty where the model does not say. */
  readonly shape: readonly (number | string)[];
}

/** Inputs of a model by name. */
export type Inputs = Readonly<Record<string, InputArray>>;

/** A model that can be run; whoever opened it disposes it. */
export interface OnnxModel extends AsyncDisposable {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** The provider that computes. */
  readonly provider: OnnxProvider;
  /** The providers that were passed over before, with their reasons. */
  readonly tried: readonly TriedProvider[];
  /**
   * Runs the model on inputs by name; gives its outputs by name, all that are numbers, or those that are asked for.
   *
   * Inputs of floating point take any numbers, inputs of integers those that fit. Runs of one model follow each other.
   *
   * In a main thread nothing is copied where the type is the model's; the thread is busy meanwhile, and a run cannot be
   * broken off. In a worker thread arrays are copied to the model's process and back; to abort the signal in a run ends that
   * process, and each later run fails by `onnx/ended`.
   *
   * @throws `InvalidInputError` `onnx/invalid-input`, `InvalidOutputError` `onnx/invalid-output`,
   * `InferenceFailedError` `onnx/inference-failed`, `ModelClosedError` `onnx/closed`, `ModelEndedError` `onnx/ended`.
   */
  run(inputs: Inputs, options?: RunOnnxOptions): Promise<Readonly<Record<string, DenseArray>>>;
}

/** How a model is run. */
export interface RunOnnxOptions {
  /** The outputs that are wanted. @default all that are numbers */
  readonly outputs?: readonly string[] | undefined;
  /** Looked at before and after; in a worker thread it breaks off the run. */
  readonly signal?: AbortSignal | undefined;
}
