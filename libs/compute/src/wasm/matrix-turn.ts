import type { TensorFlow } from "../tensor-backend.ts";
import { type TensorInfo, type WasmBackend, wasmKernels } from "./wasm-backend.ts";

/** Turns one matrix of 32 bit floats, whose rows become columns. */
export type TurnMatrix = (
  backend: WasmBackend,
  matrix: TensorInfo,
  shape: MatrixShape,
) => TensorInfo;

/** Rows and columns. */
export type MatrixShape = readonly [number, number];

/**
 * Turns by the kernel of the back end, and where that is slow by blocks: columns that lie a multiple of 2 KiB apart share few
 * lines of the cache, so that each write waits for memory.
 */
export function matrixTurn(tf: TensorFlow): TurnMatrix {
  const { Transpose } = wasmKernels(tf, "Transpose");
  return (backend, matrix, shape) => {
    if (shape[0] % 512 === 0) return turnedByBlocks(backend, matrix, shape);
    const inputs = { x: { ...matrix, shape: [...shape] } };
    return Transpose({ inputs, attrs: { perm: [1, 0] }, backend }) as TensorInfo;
  };
}

/** Rows and columns of a block; both sides of one stay in the cache. */
const SIDE = 8;

function turnedByBlocks(
  backend: WasmBackend,
  matrix: TensorInfo,
  [rows, columns]: MatrixShape,
): TensorInfo {
  const out = backend.makeOutput([columns, rows], "float32");
  // after the last allocation: the memory may have grown
  const from = backend.typedArrayFromHeap(matrix);
  const to = backend.typedArrayFromHeap(out);
  for (let row = 0; row < rows; row += SIDE)
    for (let column = 0; column < columns; column += SIDE) {
      const endRow = Math.min(rows, row + SIDE);
      const endColumn = Math.min(columns, column + SIDE);
      for (let r = row; r < endRow; r++)
        for (let c = column; c < endColumn; c++) to[c * rows + r] = from[r * columns + c] ?? 0;
    }
  return out;
}
