import type { Tensor, TensorFlow } from "../tensor-backend.ts";

/** Numbers as tables, images and labels keep them. */
export type Numbers = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

/** Numbers of any shape, plain data: row-major, the first axis counts samples. */
export interface DenseArray {
  readonly values: Numbers;
  /** `[rows, 28, 28, 1]` for grey images; `[rows]` for labels. */
  readonly shape: readonly number[];
}

/** How many samples it holds. */
export function rowsOf({ shape }: DenseArray): number {
  return shape[0] ?? 0;
}

/** Numbers of one sample. */
export function rowSize({ shape }: DenseArray): number {
  return shape.slice(1).reduce((size, side) => size * side, 1);
}

/**
 * A tensor of an array; the caller disposes it.
 *
 * Nothing is copied here for `Float32Array` and `Int32Array`: the plain back end computes on the very same memory, so do
 * not change it; others move it to their device. Everything else becomes 32-bit floats first.
 *
 * @example
 * const x = tensorOf(tf, { values: Float32Array.of(1, 2, 3, 4), shape: [2, 2] });
 */
export function tensorOf(tf: TensorFlow, { values, shape }: DenseArray): Tensor {
  const isInteger = values instanceof Int32Array;
  const numbers = values instanceof Float32Array || isInteger ? values : Float32Array.from(values);
  return tf.tensor(numbers, [...shape], isInteger ? "int32" : "float32");
}

/**
 * The numbers of a tensor, which stays the caller's.
 *
 * On the plain back end it is the tensor's own memory, not a copy.
 */
export async function arrayOf(tensor: Tensor): Promise<DenseArray> {
  return { values: await tensor.data(), shape: [...tensor.shape] };
}

/**
 * Some samples of an array, in the order of `rows`, as 32-bit floats.
 *
 * @example
 * takeRows(images, Int32Array.of(5, 2)); // shape [2, 28, 28, 1]
 */
export function takeRows(array: DenseArray, rows: ArrayLike<number>): DenseArray {
  const size = rowSize(array);
  const values = new Float32Array(rows.length * size);
  for (let at = 0; at < rows.length; at += 1) {
    const from = (rows[at] ?? 0) * size;
    values.set(array.values.subarray(from, from + size), at * size);
  }
  return { values, shape: [rows.length, ...array.shape.slice(1)] };
}
