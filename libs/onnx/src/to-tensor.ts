import { didYouMean } from "@weirflow/errors";
import { describeArray, type InputArray } from "./dense-array.ts";
import { InvalidInputError } from "./errors.ts";
import type { Inputs, OnnxValue } from "./onnx-model.ts";
import type { Runtime, RuntimeTensor } from "./runtime.ts";

/**
 * Tensors of inputs, once it is seen that the model takes them. Nothing is copied where the type is the model's.
 *
 * @throws {@link InvalidInputError} `onnx/invalid-input`.
 */
export function toTensors(
  runtime: Runtime,
  wanted: readonly OnnxValue[],
  inputs: Inputs,
): Readonly<Record<string, RuntimeTensor>> {
  const names = wanted.map(({ name }) => name);
  for (const name of Object.keys(inputs))
    if (!names.includes(name))
      throw new InvalidInputError(
        name,
        `is none of the model's${didYouMean(name, names)}`,
        listOf(wanted),
      );
  const sides = new Map<string, number>();
  return Object.fromEntries(
    wanted.map((value): [string, RuntimeTensor] => {
      const input = Object.hasOwn(inputs, value.name) ? inputs[value.name] : undefined;
      if (input === undefined)
        throw new InvalidInputError(value.name, "is missing", listOf(wanted));
      checkShape(value, input, sides);
      return [value.name, toTensor(runtime, value, input)];
    }),
  );
}

function listOf(values: readonly OnnxValue[]): string {
  return values.map(({ name, type, shape }) => `${name}: ${describeArray(type, shape)}`).join("; ");
}

function checkShape(value: OnnxValue, { values, shape }: InputArray, sides: Map<string, number>) {
  const fault = (problem: string) => new InvalidInputError(value.name, problem, listOf([value]));
  const size = shape.reduce((product, side) => product * side, 1);
  const given = `[${shape.join(", ")}]`;
  if (!shape.every((side) => Number.isSafeInteger(side) && side >= 0) || size !== values.length)
    throw fault(`has ${values.length} values, which is not the shape ${given}`);
  if (value.shape.length === 0) return;
  if (shape.length !== value.shape.length) throw fault(`has the shape ${given}`);
  for (const [at, side] of value.shape.entries()) {
    const length = shape[at] ?? 0;
    const wanted = typeof side === "number" ? side : (sides.get(side) ?? length);
    if (length !== wanted)
      throw fault(`has the shape ${given}, where side ${at + 1} has to be ${wanted}`);
    if (typeof side === "string" && side !== "") sides.set(side, length);
  }
}

type Made = Parameters<typeof Reflect.construct>[1];

function toTensor(
  runtime: Runtime,
  value: OnnxValue,
  { values, shape }: InputArray,
): RuntimeTensor {
  const made = convert(value.type, values);
  if (made === undefined)
    throw new InvalidInputError(
      value.name,
      `is a ${values.constructor.name} whose numbers do not fit`,
      listOf([value]),
    );
  const parts: Made = [value.type, made, [...shape]];
  return Reflect.construct(runtime.Tensor, parts) as RuntimeTensor; // the overload follows the type's name
}

type Values = InputArray["values"];

/** The numbers in the array of a type; `undefined` where some would change other than by rounding. */
function convert(type: string, values: Values): ArrayBufferView | undefined {
  const target = ARRAYS[type];
  if (target === undefined) return undefined;
  if (values instanceof target && type !== "bool") return values;
  if (type === "float32" || type === "float64")
    return values instanceof BigInt64Array ? undefined : target.from(values as never); // numbers
  return whole(type, values);
}

function whole(type: string, values: Values): ArrayBufferView | undefined {
  const [least, most] = RANGES[type] ?? [0, 0];
  for (const value of values)
    if (!(value >= least && value <= most && Number.isInteger(Number(value)))) return undefined;
  return type === "int64"
    ? BigInt64Array.from(values as Float64Array, BigInt) // numbers: bigints are taken as they are
    : ARRAYS[type]?.from(Array.from(values, Number) as never); // numbers
}

interface ArrayClass {
  new (length: number): ArrayBufferView;
  from(values: never): ArrayBufferView;
}

const ARRAYS: Readonly<Record<string, ArrayClass | undefined>> = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint32: Uint32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

const RANGES: Readonly<Record<string, readonly [least: number, most: number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint32: [0, 2 ** 32 - 1],
  uint8: [0, 255],
  bool: [0, 1],
};
