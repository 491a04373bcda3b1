import type { TensorFlow } from "../tensor-backend.ts";
import { type KernelFunc, Scratch, type TensorInfo, type WasmBackend } from "./wasm-backend.ts";

/**
 * The matrix product that transposes first.
 *
 * The back end has a fast product of plain matrices, and a slow loop for transposed ones: those of every gradient of a dense
 * layer. Batches and whole numbers are left to the kernel that was there.
 */
export function fastProduct(stock: KernelFunc, transpose: KernelFunc): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const { a, b } = inputs as unknown as { readonly a: TensorInfo; readonly b: TensorInfo };
    const { transposeA, transposeB } = attrs as unknown as Transposed;
    if ((!transposeA && !transposeB) || !isPlain(a) || !isPlain(b))
      return stock(attrs === undefined ? { inputs, backend } : { inputs, attrs, backend });
    using scratch = new Scratch(backend as WasmBackend);
    const turned = (matrix: TensorInfo, isTransposed: boolean): TensorInfo =>
      isTransposed
        ? scratch.keep(
            transpose({
              inputs: { x: matrix },
              attrs: { perm: swapLast(matrix.shape.length) },
              backend,
            }) as TensorInfo,
          )
        : matrix;
    return stock({
      inputs: { a: turned(a, transposeA), b: turned(b, transposeB) },
      attrs: { ...attrs, transposeA: false, transposeB: false },
      backend,
    });
  };
}

interface Transposed {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Whether it is one matrix of 32 bit floats. */
function isPlain({ shape, dtype }: TensorInfo): boolean {
  return dtype === "float32" && shape.slice(0, -2).every((size) => size === 1);
}

function swapLast(rank: number): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return [...axes.slice(0, -2), rank - 1, rank - 2];
}

/** Puts {@link fastProduct} in the place of the kernel that is there. */
export function registerFastProduct(tf: TensorFlow): void {
  const stock = tf.getKernel("BatchMatMul", "wasm");
  const transpose = tf.getKernel("Transpose", "wasm");
  tf.unregisterKernel("BatchMatMul", "wasm");
  tf.registerKernel({
    ...stock,
    kernelFunc: fastProduct(stock.kernelFunc, transpose.kernelFunc),
  });
}
