import type { ValueSummary } from "@weirflow/contracts";
import type { Codecs } from "./codec/codecs.ts";
import { columnNames } from "./column-names.ts";
import { preview } from "./preview.ts";
import { typeName } from "./type-name.ts";

/**
 * What a person sees of a value: type, a preview of at most 200 characters and, for tables and tensors, their shape.
 *
 * A table is an Arrow table, a list of objects, or an object whose fields are columns of one length.
 *
 * @example
 * summarize(Float64Array.of(1, 2), codecs); // { type: "Float64Array", preview: "Float64Array[1, 2]", shape: [2] }
 */
export function summarize(value: unknown, codecs: Codecs): ValueSummary {
  const codec = codecs.special(value);
  if (codec?.summarize !== undefined) return codec.summarize(value);
  return { type: typeName(value), preview: preview(value), ...shapeOf(value) };
}

type Shape = Pick<ValueSummary, "rows" | "columns" | "shape">;

function shapeOf(value: unknown): Shape {
  if (typeof value !== "object" || value === null) return {};
  if (Array.isArray(value)) return listShape(value);
  if (ArrayBuffer.isView(value)) return "length" in value ? { shape: [Number(value.length)] } : {};
  if (typeName(value) !== "object") return {};
  return columnsShape(value);
}

function listShape(list: readonly unknown[]): Shape {
  const first = list[0];
  if (typeName(first) !== "object") return { rows: list.length };
  const names = Object.keys(Object(first)); // typeName says that it is an object
  return { rows: list.length, columns: columnNames(names) };
}

function columnsShape(value: object): Shape {
  const names = Object.keys(value);
  const lengths = new Set(names.map((name) => lengthOf(value, name)));
  const [rows] = lengths;
  if (lengths.size !== 1 || rows === undefined) return {};
  return { rows, columns: columnNames(names), shape: [rows, names.length] };
}

function lengthOf(value: object, name: string): number | undefined {
  const column: unknown = Object.getOwnPropertyDescriptor(value, name)?.value;
  if (Array.isArray(column)) return column.length;
  return ArrayBuffer.isView(column) && "length" in column ? Number(column.length) : undefined;
}
