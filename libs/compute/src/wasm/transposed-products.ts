import type { TensorFlow } from "../tensor-backend.ts";
import {
  type KernelFunc,
  Scratch,
  type TensorInfo,
  type WasmBackend,
  wasmKernels,
} from "./wasm-backend.ts";

/**
 * The matrix product that transposes first.
 *
 * The back end has a fast product of plain matrices, and a slow loop for transposed ones: those of every gradient of a dense
 * layer. Batches are left to the kernel that was there.
 *
 * @param fallback - for values that are not 32 bit floats, which the kernel that was there refuses.
 */
export function fastProduct(tf: TensorFlow, fallback: KernelFunc): KernelFunc {
  const { BatchMatMul, Transpose } = wasmKernels(tf, "BatchMatMul", "Transpose");
  return (call) => {
    const { a, b } = call.inputs as unknown as { readonly a: TensorInfo; readonly b: TensorInfo };
    const { transposeA, transposeB } = call.attrs as unknown as Transposed;
    if (!isFloat(a) || !isFloat(b)) return fallback(call);
    if ((!transposeA && !transposeB) || !isOne(a) || !isOne(b)) return BatchMatMul(call);
    // refused in the words of the caller's shapes
    if (a.shape.at(transposeA ? -2 : -1) !== b.shape.at(transposeB ? -1 : -2))
      return BatchMatMul(call);
    using scratch = new Scratch(call.backend as WasmBackend);
    const turned = (matrix: TensorInfo, isTransposed: boolean): TensorInfo =>
      isTransposed
        ? scratch.run(Transpose, { x: matrix }, { perm: swapLast(matrix.shape.length) })
        : matrix;
    return BatchMatMul({
      inputs: { a: turned(a, transposeA), b: turned(b, transposeB) },
      attrs: { ...call.attrs, transposeA: false, transposeB: false },
      backend: call.backend,
    });
  };
}

interface Transposed {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

function isFloat({ dtype }: TensorInfo): boolean {
  return dtype === "float32";
}

/** Whether it is one matrix. */
function isOne({ shape }: TensorInfo): boolean {
  return shape.slice(0, -2).every((size) => size === 1);
}

function swapLast(rank: number): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return [...axes.slice(0, -2), rank - 1, rank - 2];
}
