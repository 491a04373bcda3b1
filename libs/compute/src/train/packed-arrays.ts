import { UnreadableModelError } from "../errors.ts";

/** 32-bit floats with a name: a weight of a model, or of an optimiser. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Arrays and what is said about them, as one piece of bytes. */
export interface Packed {
  /** Plain JSON. */
  readonly about: unknown;
  readonly arrays: readonly NamedArray[];
}

interface Head {
  readonly about: unknown;
  readonly arrays: readonly Omit<NamedArray, "values">[];
}

const MAGIC = 0x31_54_46_57; // "WFT1"
const ALIGNMENT = 8;

/**
 * Writes arrays as bytes: `WFT1`, the length of the head (32 bits), the head as JSON, then each array's little-endian floats
 * at a multiple of 8, so that they can be read where they lie.
 */
export function packArrays({ about, arrays }: Packed): Uint8Array {
  const head: Head = { about, arrays: arrays.map(({ name, shape }) => ({ name, shape })) };
  const text = new TextEncoder().encode(JSON.stringify(head));
  const sizes = arrays.map(({ values }) => aligned(values.byteLength));
  const start = aligned(8 + text.byteLength);
  const bytes = new Uint8Array(sizes.reduce((sum, size) => sum + size, start));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, text.byteLength, true);
  bytes.set(text, 8);
  let at = start;
  for (const [index, { values }] of arrays.entries()) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += sizes[index] ?? 0;
  }
  return bytes;
}

/**
 * Reads what {@link packArrays} wrote. The arrays are views of the bytes where those lie well, which the caller gives up.
 *
 * @throws {@link UnreadableModelError} `compute/unreadable-model` for any other bytes.
 */
export function unpackArrays(bytes: Uint8Array): Packed {
  const source = bytes.byteOffset % ALIGNMENT === 0 ? bytes : bytes.slice();
  const { head, start } = headOf(source);
  let at = start;
  const arrays = head.arrays.map(({ name, shape }): NamedArray => {
    const length = shape.reduce((size, side) => size * side, 1);
    if (at + 4 * length > source.byteLength) throw new UnreadableModelError("its end is missing");
    const values = new Float32Array(source.buffer, source.byteOffset + at, length);
    at += aligned(values.byteLength);
    return { name, shape, values };
  });
  return { about: head.about, arrays };
}

function headOf(bytes: Uint8Array): { readonly head: Head; readonly start: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 8 || view.getUint32(0, true) !== MAGIC)
    throw new UnreadableModelError("its bytes do not begin with WFT1");
  const end = 8 + view.getUint32(4, true);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, end));
    const head: unknown = JSON.parse(text);
    if (isHead(head)) return { head, start: aligned(end) };
  } catch (error) {
    throw new UnreadableModelError("its head is no JSON", error);
  }
  throw new UnreadableModelError("its head lists no arrays");
}

function isHead(head: unknown): head is Head {
  return (
    typeof head === "object" &&
    head !== null &&
    "arrays" in head &&
    Array.isArray(head.arrays) &&
    head.arrays.every(isDescription)
  );
}

function isDescription(one: unknown): boolean {
  if (typeof one !== "object" || one === null || !("name" in one) || !("shape" in one))
    return false;
  const isSide = (side: unknown): boolean => Number.isSafeInteger(side) && Number(side) >= 0;
  return typeof one.name === "string" && Array.isArray(one.shape) && one.shape.every(isSide);
}

function aligned(size: number): number {
  return Math.ceil(size / ALIGNMENT) * ALIGNMENT;
}
