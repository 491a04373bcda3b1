import type {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampValue,
  DuckDBValue,
} from "@duckdb/node-api";

/**
 * The number that a cell is.
 *
 * @returns `undefined` where a number would not keep all digits.
 */
export function numberOf(cell: DuckDBValue): number | undefined {
  if (typeof cell === "number") return cell;
  if (typeof cell === "bigint") return isSafe(cell) ? Number(cell) : undefined;
  const { value, scale } = cell as DuckDBDecimalValue; // columns of numbers have no other cells
  // parsed, not divided: nearest to the decimal, however many places it has
  return isSafe(value) ? Number(`${value}e-${scale}`) : undefined;
}

function isSafe(integer: bigint): boolean {
  return integer <= MAX_SAFE && integer >= -MAX_SAFE;
}

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** The text that a cell is: ids of 128 bits as they are written. */
export function textOf(cell: DuckDBValue): string {
  return typeof cell === "string" ? cell : String(cell);
}

type Instant =
  | DuckDBDateValue
  | DuckDBTimestampValue
  | DuckDBTimestampSecondsValue
  | DuckDBTimestampMillisecondsValue
  | DuckDBTimestampNanosecondsValue;

/**
 * The instant that a cell is, in UTC where it names no zone; cut to milliseconds.
 *
 * @returns `undefined` where a `Date` does not reach, as for `infinity`.
 */
export function dateOf(cell: DuckDBValue): Date | undefined {
  const date = new Date(millisOf(cell as Instant)); // columns of dates have no other cells
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function millisOf(cell: Instant): number {
  if (!cell.isFinite) return Number.NaN;
  if ("days" in cell) return cell.days * 86_400_000;
  if ("seconds" in cell) return Number(cell.seconds) * 1_000;
  if ("millis" in cell) return Number(cell.millis);
  if ("nanos" in cell) return Number(floorDivide(cell.nanos, 1_000_000n));
  return Number(floorDivide(cell.micros, 1_000n));
}

function floorDivide(a: bigint, b: bigint): bigint {
  const whole = a / b;
  return whole * b > a ? whole - 1n : whole;
}
