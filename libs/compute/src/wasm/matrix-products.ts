import type { TensorFlow } from "../tensor-backend.ts";
import { isFasterOneByOne, productsOneByOne } from "./batch-products.ts";
import { matrixTurn } from "./matrix-turn.ts";
import {
  areFilledFloats,
  type KernelFunc,
  Scratch,
  type TensorInfo,
  type WasmBackend,
  wasmKernels,
} from "./wasm-backend.ts";

/**
 * The product of two matrices, the faster way around.
 *
 * The back end has a fast product of plain matrices, and a slow loop for transposed ones: those of every gradient of a dense
 * layer. They are turned first. Its fast product packs the right matrix before, which takes longer than the product where
 * that is large, as weights are, and the left one is a batch: A·B is then (Bᵀ·Aᵀ)ᵀ, which packs the batch. A packed matrix is
 * kept for as long as its tensor is, so weights that are multiplied again, as by each step of a recurrent layer, are packed.
 *
 * Many large products at once are made one by one; many small ones are left to the kernel that was there.
 *
 * @param fallback - for values that are not 32 bit floats, which the kernel that was there refuses.
 */
export function fastProduct(tf: TensorFlow, fallback: KernelFunc): KernelFunc {
  const { BatchMatMul } = wasmKernels(tf, "BatchMatMul");
  const product = productOfTwo(tf, BatchMatMul);
  return (call) => {
    const { a, b } = call.inputs as unknown as Matrices;
    const { transposeA, transposeB } = call.attrs as unknown as Transposed;
    if (!areFilledFloats(a, b)) return fallback(call);
    const [rows, inner] = sidesOf(a, transposeA);
    const [innerOfB, columns] = sidesOf(b, transposeB);
    // what does not fit is refused in the words of the caller's shapes
    if (inner !== innerOfB) return BatchMatMul(call);
    if (isOne(a) && isOne(b)) return product(call);
    const batch = { a, b, rows, inner, columns };
    return isFasterOneByOne(batch) ? productsOneByOne(call, product, batch) : BatchMatMul(call);
  };
}

/** The product of two matrices of 32 bit floats that fit. */
function productOfTwo(tf: TensorFlow, published: KernelFunc): KernelFunc {
  const turn = matrixTurn(tf);
  const met = new WeakSet<object>();
  return (call) => {
    const { a, b } = call.inputs as unknown as Matrices;
    const { transposeA, transposeB } = call.attrs as unknown as Transposed;
    const backend = call.backend as WasmBackend;
    using scratch = new Scratch(backend);
    const plain = (matrix: TensorInfo, isTurned: boolean): TensorInfo =>
      isTurned
        ? scratch.keep(turn(backend, matrix, sidesOf(matrix, false)))
        : { ...matrix, shape: sidesOf(matrix, false) };
    const multiplied = (left: TensorInfo, right: TensorInfo): TensorInfo =>
      scratch.run(published, { a: left, b: right }, { transposeA: false, transposeB: false });
    const shape = shapeOfProduct(a, b, { transposeA, transposeB });
    const isMet = met.has(b.dataId);
    met.add(b.dataId);
    if (!isSwapFaster({ a, b, transposeA, transposeB, isMet, size: sizeOf(shape) })) {
      const made = scratch.release(multiplied(plain(a, transposeA), plain(b, transposeB)));
      return { ...made, shape };
    }
    const turned = multiplied(plain(b, !transposeB), plain(a, !transposeA));
    return { ...turn(backend, turned, sidesOf(turned, false)), shape };
  };
}

interface Matrices {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
}

interface Transposed {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

interface Product extends Matrices, Transposed {
  /** Whether the right matrix was one before: then it is worth packing, or packed. */
  readonly isMet: boolean;
  /** Numbers in the product. */
  readonly size: number;
}

/** To pack a number takes about so many times as long as to turn it. */
const PACKING = 8;

/** Whether it takes less to prepare the matrices for (Bᵀ·Aᵀ)ᵀ than for A·B. */
function isSwapFaster({ a, b, transposeA, transposeB, isMet, size }: Product): boolean {
  const [left, right] = [sizeOf(a.shape), sizeOf(b.shape)];
  const packed = isMet && !transposeB ? 0 : PACKING * right;
  const straight = packed + (transposeA ? left : 0) + (transposeB ? right : 0);
  const swapped = PACKING * left + (transposeA ? 0 : left) + (transposeB ? 0 : right) + size;
  return swapped < straight;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** One matrix, of the higher rank. */
function shapeOfProduct(a: TensorInfo, b: TensorInfo, by: Transposed): number[] {
  const { shape } = a.shape.length < b.shape.length ? b : a;
  return [...shape.slice(0, -2), sidesOf(a, by.transposeA)[0], sidesOf(b, by.transposeB)[1]];
}

/** Rows and columns. */
function sidesOf({ shape }: TensorInfo, isTransposed: boolean): [number, number] {
  const [rows = 1, columns = 1] = shape.slice(-2);
  return isTransposed ? [columns, rows] : [rows, columns];
}

/** Whether it is one matrix. */
function isOne({ shape }: TensorInfo): boolean {
  return shape.slice(0, -2).every((size) => size === 1);
}
