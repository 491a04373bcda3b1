import { InvalidColumnError } from "./errors.ts";

/** One cell of a column that is no typed array; `null` for what is missing. */
export type Cell = string | number | boolean | bigint | Date | null;

/** The values of one column, one for each row. Cells other than `null` are of one kind. */
export type Column = Float64Array | Float32Array | Int32Array | BigInt64Array | readonly Cell[];

/**
 * A table: its columns by name, all equally long.
 *
 * Loaders give typed arrays for numbers without gaps, and arrays of cells otherwise.
 *
 * @example
 * const table: Table = { city: ["Kyiv", "Lviv", null], people: Float64Array.of(2_952_301, 717_500, Number.NaN) };
 */
export type Table = Readonly<Record<string, Column>>;

/** What a column holds: a typed array's element, or the kind of its cells. */
export type ColumnKind =
  | "float64"
  | "float32"
  | "int32"
  | "int64"
  | "text"
  | "number"
  | "boolean"
  | "bigint"
  | "date";

/** How large a table is. */
export interface TableSize {
  readonly rows: number;
  readonly columns: number;
}

/**
 * Counts a table's rows and columns, and sees that its columns have names and are equally long.
 *
 * @throws {@link InvalidColumnError} `io/invalid-column`.
 */
export function sizeOf(table: Table): TableSize {
  const columns = Object.entries(table);
  const [first] = columns;
  if (first === undefined) return { rows: 0, columns: 0 };
  const rows = first[1].length;
  for (const [name, { length }] of columns) {
    if (name === "") throw new InvalidColumnError(name, "has no name");
    if (length !== rows)
      throw new InvalidColumnError(name, `has ${length} rows where "${first[0]}" has ${rows}`);
  }
  return { rows, columns: columns.length };
}

/**
 * What a column holds; `text` where every cell is missing.
 *
 * @throws {@link InvalidColumnError} `io/invalid-column` where cells differ, or one is none.
 */
export function kindOf(name: string, column: Column): ColumnKind {
  if (column instanceof Float64Array) return "float64";
  if (column instanceof Float32Array) return "float32";
  if (column instanceof Int32Array) return "int32";
  if (column instanceof BigInt64Array) return "int64";
  if (!Array.isArray(column)) throw new InvalidColumnError(name, `is ${describe(column)}`);
  return cellsKind(name, column);
}

function cellsKind(name: string, cells: readonly unknown[]): ColumnKind {
  let kind: ColumnKind | undefined;
  for (const [row, cell] of cells.entries()) {
    if (cell === null) continue;
    const own = cellKind(cell);
    if (own === undefined)
      throw new InvalidColumnError(name, `has ${describeCell(cell)} in row ${row + 1}`);
    kind ??= own;
    if (own !== kind)
      throw new InvalidColumnError(name, `has a ${own} in row ${row + 1} among cells of ${kind}`);
  }
  return kind ?? "text";
}

function cellKind(cell: unknown): ColumnKind | undefined {
  if (typeof cell === "string") return cell.isWellFormed() ? "text" : undefined;
  if (typeof cell === "number") return "number";
  if (typeof cell === "boolean") return "boolean";
  if (typeof cell === "bigint") return "bigint";
  return cell instanceof Date && !Number.isNaN(cell.getTime()) ? "date" : undefined;
}

function describeCell(cell: unknown): string {
  if (cell === undefined) return "nothing (undefined)";
  if (cell instanceof Date) return "an invalid date";
  return typeof cell === "string" ? "half a character (a lone surrogate)" : describe(cell);
}

function describe(thing: unknown): string {
  const kind = Object.prototype.toString.call(thing).slice(8, -1);
  return `a value of type ${kind}`;
}

/**
 * A table of columns in order.
 *
 * @throws {@link InvalidColumnError} `io/invalid-column` where two columns have one name.
 */
export function tableOf(columns: readonly (readonly [string, Column])[]): Table {
  const names = new Set<string>();
  for (const [name] of columns) {
    if (names.has(name)) throw new InvalidColumnError(name, "is there twice");
    names.add(name);
  }
  return Object.fromEntries(columns);
}

/**
 * A column in the form that loaders give: a typed array where cells are numbers or bigints without gaps.
 *
 * @throws {@link InvalidColumnError} `io/invalid-column`.
 */
export function canonicalColumn(name: string, column: Column): Column {
  if (!Array.isArray(column) || column.length === 0) return column;
  const kind = kindOf(name, column);
  if ((kind !== "number" && kind !== "bigint") || column.includes(null)) return column;
  if (kind === "number") return Float64Array.from(column as readonly number[]); // no null among them
  const integers = column as readonly bigint[]; // no null among them
  return integers.every(fits64) ? BigInt64Array.from(integers) : column;
}

/** Whether an integer has 64 bits at most, its sign among them. */
export function fits64(integer: bigint): boolean {
  return BigInt.asIntN(64, integer) === integer;
}

/**
 * A table from rows, e.g. of a query: a cell that a row lacks is `null`.
 *
 * @param names - the columns, in order, also those that no row has; where there is none, those of the first row.
 * @throws {@link InvalidColumnError} `io/invalid-column`.
 */
export function tableFromRows(
  rows: readonly Readonly<Record<string, unknown>>[],
  names: readonly string[],
): Table {
  const all = names.length > 0 ? names : Object.keys(rows[0] ?? {});
  const column = (name: string): Column => {
    // `kindOf` refuses what is no cell
    const cells = rows.map((row) => cellOf(row, name)) as readonly Cell[];
    kindOf(name, cells);
    return canonicalColumn(name, cells);
  };
  return Object.fromEntries(all.map((name) => [name, column(name)]));
}

function cellOf(row: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(row, name) ? (row[name] ?? null) : null;
}

/**
 * The rows of a table from `start` to before `end`.
 *
 * @internal
 */
export function rowsOf(table: Table, start: number, end: number): Record<string, Cell>[] {
  const columns = Object.entries(table);
  const row = (_: unknown, i: number): Record<string, Cell> =>
    Object.fromEntries(columns.map(([name, column]) => [name, column[start + i] ?? null]));
  return Array.from({ length: Math.max(0, end - start) }, row);
}
