/** Numbers as tables, images and labels keep them. */
export type Numbers = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

/** Numbers of any shape, row-major: what `@weirflow/compute` makes and takes. */
export interface DenseArray {
  readonly values: Numbers;
  /** `[rows, 28, 28, 1]` for grey images; `[rows]` for labels. */
  readonly shape: readonly number[];
}

/** What a model takes: a {@link DenseArray}, or integers of 64 bits. */
export interface InputArray {
  readonly values: Numbers | BigInt64Array;
  readonly shape: readonly number[];
}

/** `float32 [rows, 3]`. */
export function describeArray(type: string, shape: readonly (number | string)[]): string {
  return `${type} [${shape.join(", ")}]`;
}
