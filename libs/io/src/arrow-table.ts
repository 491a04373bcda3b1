import {
  Bool,
  type DataType,
  DataType as Types,
  Float64,
  Int64,
  makeVector,
  Precision,
  Table as ArrowTable,
  TimestampMillisecond,
  Type,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import { assertNever } from "@weirflow/errors";
import { decimalOf } from "./decimal.ts";
import { InvalidColumnError } from "./errors.ts";
import {
  canonicalColumn,
  type Cell,
  type Column,
  kindOf,
  sizeOf,
  type Table,
  tableOf,
} from "./table.ts";

/**
 * An Arrow table of the same columns: typed arrays as they are, texts as Utf8, numbers with gaps as Float64, bigints as
 * Int64, dates as timestamps in milliseconds.
 *
 * @throws {@link InvalidColumnError} `io/invalid-column`.
 * @example
 * const arrow = toArrow({ city: ["Kyiv", null], people: Float64Array.of(2_952_301, Number.NaN) });
 */
export function toArrow(table: Table): ArrowTable {
  sizeOf(table);
  const vectors = Object.entries(table).map(([name, column]) => [name, toVector(name, column)]);
  return new ArrowTable(Object.fromEntries(vectors) as Record<string, Vector>); // as made above
}

/**
 * The same columns as a {@link Table}: copies, so that the Arrow table may change or go.
 *
 * Decimals become numbers; instants finer than a millisecond are cut.
 *
 * @throws {@link InvalidColumnError} `io/invalid-column` for a column of lists, structs, times of day or bytes, for a
 * decimal of more than 15 digits, and for two of one name.
 */
export function fromArrow(arrow: ArrowTable): Table {
  const columns = arrow.schema.fields.map(({ name, type }, i) => {
    const vector = arrow.getChildAt(i);
    return [name, vector === null ? [] : fromVector(name, type, vector)] as const;
  });
  return tableOf(columns);
}

function toVector(name: string, column: Column): Vector {
  const kind = kindOf(name, column);
  switch (kind) {
    case "float64":
    case "float32":
    case "int32":
    case "int64":
      return makeVector(column as Float64Array); // any typed array; the kind says that it is one
    case "text":
      return vectorFromArray(column as readonly (string | null)[], new Utf8());
    case "boolean":
      return vectorFromArray(column as readonly (boolean | null)[], new Bool());
    case "number":
      return vectorFromArray(column as readonly (number | null)[], new Float64());
    case "bigint":
      return vectorFromArray(column as readonly (bigint | null)[], new Int64());
    case "date":
      return vectorFromArray(column as readonly (Date | null)[], new TimestampMillisecond());
    default:
      return assertNever(kind);
  }
}

function fromVector(name: string, type: DataType, vector: Vector): Column {
  const toCell = cellReader(name, type);
  if (vector.nullCount === 0 && isKept(type)) return vector.toArray().slice() as Float64Array;
  const cells: Cell[] = [];
  for (const value of vector) cells.push(value === null ? null : toCell(value));
  return canonicalColumn(name, cells);
}

/** Whether a column without gaps stays a typed array of the same kind. */
function isKept(type: DataType): boolean {
  if (Types.isFloat(type)) return type.precision !== Precision.HALF; // that one has no column of its own
  return Types.isInt(type) && type.isSigned && type.bitWidth >= 32;
}

function cellReader(name: string, type: DataType): (value: unknown) => Cell {
  if (Types.isDictionary(type)) return cellReader(name, type.dictionary);
  if (Types.isDecimal(type))
    return (value) => decimalOf(name, integerOf(value as Uint32Array), type.scale); // its words
  if (Types.isTimestamp(type) || Types.isDate(type)) return (value) => new Date(Number(value));
  const isCell =
    Types.isUtf8(type) ||
    Types.isLargeUtf8(type) ||
    Types.isBool(type) ||
    Types.isInt(type) ||
    Types.isFloat(type) ||
    Types.isNull(type);
  if (!isCell) throw new InvalidColumnError(name, `has the Arrow type ${Type[type.typeId]}`);
  return (value) => value as Cell; // what Arrow gives for these types
}

/** The signed integer of some words, the lowest first. */
function integerOf(words: Uint32Array): number {
  const integer = words.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n);
  return Number(BigInt.asIntN(32 * words.length, integer));
}
