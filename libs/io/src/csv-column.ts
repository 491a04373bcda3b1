import { assertNever } from "@weirflow/errors";
import type { CsvCell } from "./csv-cells.ts";
import { FileFormatError } from "./errors.ts";
import { type Column, fits64 } from "./table.ts";

/**
 * What a column of a CSV file holds: `number` gives a `Float64Array` with `NaN` for empty cells, `integer` bigints (a
 * `BigInt64Array` where none is missing), `date` dates from ISO 8601; the others arrays with `null` for empty cells.
 */
export type CsvType = (typeof CSV_TYPES)[number];

/** Each {@link CsvType}. */
export const CSV_TYPES = ["number", "integer", "boolean", "date", "text"] as const;

/** Which column it is, and what it holds if that is known. */
export interface CsvColumnFacts {
  readonly path: string;
  readonly name: string;
  readonly type: CsvType | undefined;
}

/**
 * Makes a column of its cells.
 *
 * @throws {@link FileFormatError} `io/file-format`, naming the cell that does not fit `type`.
 */
export function csvColumn(cells: readonly CsvCell[], facts: CsvColumnFacts): Column {
  const type = facts.type ?? guessType(cells);
  switch (type) {
    case "text":
      return cells;
    case "number":
      return Float64Array.from(read(cells, facts, "a number", toNumber), (n) => n ?? Number.NaN);
    case "boolean":
      return read(cells, facts, "true or false", toBoolean);
    case "date":
      return read(cells, facts, "a date", toDate);
    case "integer": {
      const integers = read(cells, facts, "an integer", toInteger);
      return isWithoutGaps(integers) && integers.length > 0 && integers.every(fits64)
        ? BigInt64Array.from(integers)
        : integers;
    }
    default:
      return assertNever(type);
  }
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const SPECIAL = new Set(["NaN", "Infinity", "-Infinity"]);
/** `007`, `+380501234567`. */
const CODE = /^(?:\+|-?0\d)/;

function guessType(cells: readonly CsvCell[]): CsvType {
  const present = cells.filter((cell) => cell !== null);
  if (present.length === 0) return "text";
  if (present.every(isPlainNumber)) return "number";
  return present.every((cell) => toBoolean(cell) !== undefined) ? "boolean" : "text";
}

/** A number that a person would not take for a code, and that loses no digit. */
function isPlainNumber(cell: string): boolean {
  if (toNumber(cell) === undefined || CODE.test(cell)) return false;
  return !/^[+-]?\d+$/.test(cell) || Number.isSafeInteger(Number(cell));
}

function toNumber(cell: string): number | undefined {
  if (SPECIAL.has(cell)) return Number(cell);
  const number = NUMBER.test(cell) ? Number(cell) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

function toBoolean(cell: string): boolean | undefined {
  const lower = cell.toLowerCase();
  if (lower === "true") return true;
  return lower === "false" ? false : undefined;
}

function toInteger(cell: string): bigint | undefined {
  return /^[+-]?\d+$/.test(cell) ? BigInt(cell.replace(/^\+/, "")) : undefined;
}

const ISO_DATE =
  /^((?:\d{4}|[+-]\d{6})-\d\d-\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/** Without a zone it is UTC. */
function toDate(cell: string): Date | undefined {
  const [, day] = ISO_DATE.exec(cell) ?? [];
  if (day === undefined || !isInCalendar(day)) return undefined;
  const iso = cell.replace(" ", "T");
  const date = new Date(/T.*(?:Z|[+-]\d\d:?\d\d)$|^[^T]*$/.test(iso) ? iso : `${iso}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** JavaScript takes 30 February for 2 March. */
function isInCalendar(day: string): boolean {
  return new Date(day).getUTCDate() === Number(day.slice(-2));
}

function read<T>(
  cells: readonly CsvCell[],
  { path, name }: CsvColumnFacts,
  what: string,
  convert: (cell: string) => T | undefined,
): (T | null)[] {
  return cells.map((cell, row) => {
    if (cell === null) return null;
    const made = convert(cell);
    if (made !== undefined) return made;
    throw new FileFormatError(
      path,
      "CSV",
      `row ${row + 1} has "${cell.slice(0, 100)}" in column "${name}", which is not ${what}`,
    );
  });
}

function isWithoutGaps<T>(cells: readonly (T | null)[]): cells is readonly T[] {
  return !cells.includes(null);
}
