import type { DenseArray, Numbers } from "./dense-array.ts";
import { InvalidOutputError } from "./errors.ts";
import type { OnnxValue } from "./onnx-model.ts";
import type { RuntimeTensor } from "./runtime.ts";

/** Types whose values become numbers. */
const NUMERIC: ReadonlySet<string> = new Set([
  "float32",
  "float64",
  "int32",
  "int64",
  "uint32",
  "uint8",
  "bool",
]);

/** Whether an output can be had as numbers. */
export function isNumeric({ type }: OnnxValue): boolean {
  return NUMERIC.has(type);
}

/**
 * The numbers of a tensor; integers of 64 bits become doubles.
 *
 * @throws {@link InvalidOutputError} `onnx/invalid-output` for an integer that a number does not keep.
 */
export function ofTensor(name: string, { data, dims }: RuntimeTensor): DenseArray {
  const shape = [...dims];
  if (data instanceof BigInt64Array) return { values: doubles(name, data), shape };
  return { values: data as Numbers, shape }; // of a numeric type
}

function doubles(name: string, integers: BigInt64Array): Float64Array {
  const unsafe = integers.find((integer) => !Number.isSafeInteger(Number(integer)));
  if (unsafe !== undefined)
    throw new InvalidOutputError(name, `has ${unsafe}, which a number does not keep`, []);
  return Float64Array.from(integers, Number);
}
