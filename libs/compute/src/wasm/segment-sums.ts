import {
  areFilledFloats,
  type KernelFunc,
  type TensorInfo,
  type WasmBackend,
} from "./wasm-backend.ts";
import type { TensorFlow } from "../tensor-backend.ts";

/**
 * Sums of the rows of each segment, which the back end lacks: the gradient of every look-up, such as an embedding's.
 *
 * Goes once over the rows. The plain back end goes over all of them for each segment: ten thousand times for a vocabulary
 * of that size.
 *
 * @param fallback - for rows that are not 32 bit floats, and for segments that are not told by one list.
 */
export function segmentSums(_tf: TensorFlow, fallback: KernelFunc): KernelFunc {
  return (call) => {
    const { x, segmentIds } = call.inputs as unknown as Inputs;
    const { numSegments } = call.attrs as unknown as { readonly numSegments: number };
    const isList = segmentIds.dtype === "int32" && segmentIds.shape.length === 1;
    if (!isList || !areFilledFloats(x) || x.shape[0] !== segmentIds.shape[0] || numSegments < 1)
      return fallback(call);
    const backend = call.backend as WasmBackend;
    const out = backend.makeOutput([numSegments, ...x.shape.slice(1)], "float32");
    // after the last allocation: the memory may have grown
    const sums = backend.typedArrayFromHeap(out).fill(0);
    const rows = backend.typedArrayFromHeap(x);
    addRows(sums, rows, backend.typedArrayFromHeap(segmentIds));
    return out;
  };
}

interface Inputs {
  readonly x: TensorInfo;
  readonly segmentIds: TensorInfo;
}

/** Rows of no segment are left out. */
function addRows(sums: Float32Array, rows: Float32Array, segmentOf: ArrayLike<number>): void {
  const size = rows.length / segmentOf.length;
  for (let row = 0; row < segmentOf.length; row++) {
    const at = (segmentOf[row] ?? -1) * size;
    if (at < 0 || at >= sums.length) continue;
    for (let k = 0; k < size; k++) sums[at + k] = (sums[at + k] ?? 0) + (rows[row * size + k] ?? 0);
  }
}
