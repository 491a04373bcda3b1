import type * as tensorflow from "@tensorflow/tfjs-core";
import type { TensorFlow } from "../tensor-backend.ts";

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

/** Kernels of the WebAssembly back end by name, all of which it has. */
export function wasmKernels<Name extends string>(
  tf: TensorFlow,
  ...names: readonly Name[]
): Readonly<Record<Name, KernelFunc>> {
  const found = names.map((name) => [name, tf.getKernel(name, "wasm").kernelFunc]);
  // an entry for each name
  return Object.fromEntries(found) as Record<Name, KernelFunc>;
}

/** Whether all are 32 bit floats, and none is empty: what the compiled kernels take. */
export function areFilledFloats(...tensors: readonly TensorInfo[]): boolean {
  return tensors.every(({ dtype, shape }) => dtype === "float32" && !shape.includes(0));
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

  /** Runs a kernel that makes one tensor, which is kept until the end of the call. */
  run(
    kernel: KernelFunc,
    inputs: Readonly<Record<string, TensorInfo>>,
    attrs: object = {},
  ): TensorInfo {
    return this.keep(kernel({ inputs, attrs: { ...attrs }, backend: this.#backend }) as TensorInfo);
  }

  /** Makes a tensor of 32 bit floats, of whatever was there, which is kept until the end of the call. */
  make(shape: readonly number[]): TensorInfo {
    return this.keep(this.#backend.makeOutput(shape, "float32"));
  }

  /** Hands a tensor out of the call: it is not let go. */
  release(made: TensorInfo): TensorInfo {
    this.#made.splice(this.#made.indexOf(made), 1);
    return made;
  }

  [Symbol.dispose](): void {
    for (const { dataId } of this.#made.splice(0)) this.#backend.disposeData(dataId);
  }
}
