import type * as tensorflow from "@tensorflow/tfjs-core";
import { ComplexNumberError } from "../errors.ts";
import type { TensorFlow } from "../tensor-backend.ts";
import type { KernelFunc, TensorInfo, WasmBackend } from "./wasm-backend.ts";

/** What is needed of the plain back end. */
interface PlainBackend {
  makeTensorInfo(
    shape: readonly number[],
    dtype: tensorflow.DataType,
    values: tensorflow.BackendValues,
  ): TensorInfo;
  disposeIntermediateTensorInfo(of: TensorInfo): void;
  readonly data: { get(dataId: object): { readonly values: tensorflow.BackendValues } };
}

/**
 * A kernel of the plain back end for tensors of the WebAssembly back end: their values are copied there, and what it makes
 * is copied back. Slower than one of the back end's own, and better than none.
 */
export function borrowedKernel(
  tf: TensorFlow,
  { kernelName, kernelFunc }: tensorflow.KernelConfig,
): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const wasm = backend as WasmBackend;
    const plain = tf.findBackend("cpu") as unknown as PlainBackend;
    const made: TensorInfo[] = [];
    const keep = (info: TensorInfo): TensorInfo => {
      made.push(info);
      return info;
    };
    const copied = (of: unknown): unknown => {
      if (Array.isArray(of)) return of.map(copied);
      const { shape, dtype, dataId } = of as TensorInfo;
      return keep(plain.makeTensorInfo(shape, dtype, wasm.readSync(dataId)));
    };
    try {
      const given = Object.entries(inputs).map(([name, of]) => [
        name,
        of == null ? of : copied(of),
      ]);
      const results = kernelFunc({
        // some kernels take a list, and ask for its length
        inputs: Object.assign(Array.isArray(inputs) ? [] : {}, Object.fromEntries(given)),
        ...(attrs === undefined ? {} : { attrs }),
        backend: plain,
      });
      const back = (info: TensorInfo): TensorInfo => {
        const { shape, dtype, dataId } = keep(info);
        if (dtype === "complex64") throw new ComplexNumberError(kernelName);
        return { dataId: wasm.write(plain.data.get(dataId).values, shape, dtype), shape, dtype };
      };
      return Array.isArray(results) ? results.map(back) : back(results);
    } finally {
      for (const info of new Set(made)) plain.disposeIntermediateTensorInfo(info);
    }
  };
}
