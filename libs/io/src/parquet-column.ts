import type { SchemaElement } from "hyparquet";
import { decimalOf } from "./decimal.ts";
import { InvalidColumnError } from "./errors.ts";
import { canonicalColumn, type Cell, type Column } from "./table.ts";

/** Makes a column of its cells. */
export type ToColumn = (cells: readonly Cell[]) => Column;

/**
 * How the cells of a column become one, by the type that the file gives it.
 *
 * Types whose cells mean more than they say (times of day, intervals, JSON, bytes) are refused: taken for numbers or
 * texts they would be wrong without a word.
 *
 * @throws {@link InvalidColumnError} `io/invalid-column`.
 */
export function parquetColumn(element: SchemaElement): ToColumn {
  const { name, scale = 0 } = element;
  const type = typeOf(element);
  if (type === "DECIMAL")
    return (cells) =>
      canonicalColumn(
        name,
        cells.map((cell) => (typeof cell === "number" ? withoutNoise(name, cell, scale) : cell)),
      );
  const form = FORMS.find(({ types }) => types.includes(type));
  if (form === undefined) throw new InvalidColumnError(name, `has the Parquet type ${type}`);
  return (cells) => form.make(name, cells);
}

/** What the cells mean, or how they are kept where nothing says what they mean. */
function typeOf({ converted_type, logical_type, type }: SchemaElement): string {
  return (
    converted_type ?? (logical_type === undefined ? `${type}` : `logical ${logical_type.type}`)
  );
}

interface Form {
  readonly types: readonly string[];
  readonly make: (name: string, cells: readonly Cell[]) => Column;
}

const FORMS: readonly Form[] = [
  numbers(["DOUBLE"], (cells) => Float64Array.from(cells as readonly number[])),
  numbers(["FLOAT"], (cells) => Float32Array.from(cells as readonly number[])),
  numbers(["INT32", "INT_8", "INT_16", "INT_32", "UINT_8", "UINT_16"], (cells) =>
    Int32Array.from(cells as readonly number[]),
  ),
  numbers(["INT64", "INT_64"], (cells) => BigInt64Array.from(cells as readonly bigint[])),
  { types: ["UINT_32", "UINT_64", "logical INTEGER", "logical FLOAT16"], make: canonicalColumn },
  { types: ["UTF8", "ENUM", "logical STRING", "logical UUID"], make: canonicalColumn },
  {
    types: ["DATE", "TIMESTAMP_MILLIS", "TIMESTAMP_MICROS", "logical TIMESTAMP", "INT96"],
    make: canonicalColumn,
  },
  { types: ["BOOLEAN", "logical NULL"], make: canonicalColumn },
];

/** Cells that become a typed array where none is missing; `types` say what they are. */
function numbers(types: readonly string[], make: (cells: readonly Cell[]) => Column): Form {
  return { types, make: (_, cells) => (cells.includes(null) ? cells : make(cells)) };
}

/** The reader of files multiplies by 0.01 where it should divide by 100: 1.15 becomes 1.1500000000000001. */
function withoutNoise(name: string, cell: number, scale: number): number {
  return decimalOf(name, Math.round(cell * 10 ** scale), scale);
}
