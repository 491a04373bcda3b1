import type * as tensorflow from "@tensorflow/tfjs-core";

/** What TensorFlow.js calls the data of a tensor while a kernel runs. */
export type TensorInfo = tensorflow.TensorInfo;

/** A kernel as the back end calls it. */
export type KernelFunc = tensorflow.KernelFunc;

/** What kernels need of the WebAssembly back end. */
export interface WasmBackend {
  makeOutput(shape: readonly number[], dtype: tensorflow.DataType): TensorInfo;
  /** The values of a tensor where they lie; gone when the memory grows. */
  typedArrayFromHeap(of: TensorInfo): Float32Array;
  readSync(dataId: object): tensorflow.BackendValues;
  write(
    values: tensorflow.BackendValues,
    shape: readonly number[],
    dtype: tensorflow.DataType,
  ): object;
  disposeData(dataId: object): boolean;
}

/** Intermediate tensors of one kernel call, let go together. */
export class Scratch implements Disposable {
  readonly #backend: WasmBackend;
  readonly #made: TensorInfo[] = [];

  constructor(backend: WasmBackend) {
    this.#backend = backend;
  }

  /** Keeps a tensor until the end of the call. */
  keep(made: TensorInfo): TensorInfo {
    this.#made.push(made);
    return made;
  }

  [Symbol.dispose](): void {
    for (const { dataId } of this.#made.splice(0)) this.#backend.disposeData(dataId);
  }
}
