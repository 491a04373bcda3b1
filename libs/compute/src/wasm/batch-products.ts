import { type KernelFunc, Scratch, type TensorInfo, type WasmBackend } from "./wasm-backend.ts";

/** Multiplications in one product from which on the fast product of copies takes less than the loop of the back end. */
const WORTH_COPYING = 20_000;

/** The products of two equally long lists of matrices. */
export interface BatchOfProducts {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** Whether one by one is the faster way, and a possible one: neither list is repeated for the other. */
export function isFasterOneByOne({ a, b, rows, inner, columns }: BatchOfProducts): boolean {
  const [outerA, outerB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  return rows * inner * columns >= WORTH_COPYING && outerA.join() === outerB.join();
}

/**
 * The products of many pairs of matrices, one by one.
 *
 * @param call - of the kernel for all of them.
 * @param product - of one pair, called as that kernel is.
 */
export function productsOneByOne(
  call: Parameters<KernelFunc>[0],
  product: KernelFunc,
  { a, b, rows, columns }: BatchOfProducts,
): TensorInfo {
  const backend = call.backend as WasmBackend;
  const out = backend.makeOutput([...a.shape.slice(0, -2), rows, columns], "float32");
  const size = rows * columns;
  for (let at = 0; at < sizeOf(out); at += size) {
    using scratch = new Scratch(backend);
    const one = {
      a: matrixAt(scratch, backend, a, at / size),
      b: matrixAt(scratch, backend, b, at / size),
    };
    const made = scratch.run(product, one, call.attrs);
    // both anew each time: the memory may have grown
    backend.typedArrayFromHeap(out).set(backend.typedArrayFromHeap(made), at);
  }
  return out;
}

/** A copy, as a tensor of its own: the back end keeps what it packed of each. */
function matrixAt(
  scratch: Scratch,
  backend: WasmBackend,
  list: TensorInfo,
  index: number,
): TensorInfo {
  const shape = list.shape.slice(-2);
  const copy = scratch.make(shape);
  const values = backend.typedArrayFromHeap(copy);
  const from = index * values.length;
  values.set(backend.typedArrayFromHeap(list).subarray(from, from + values.length));
  return copy;
}

function sizeOf({ shape }: TensorInfo): number {
  return shape.reduce((product, side) => product * side, 1);
}
