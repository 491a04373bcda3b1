import { type Float64, type Table, tableFromArrays } from "apache-arrow";
import type { Series } from "./absence-table.ts";
import { MissingColumnError } from "./errors.ts";
import type { DenseMatrix } from "./glm.ts";

/** The features and the label, column by column, as one task hands them to the next. */
export type FeaturesTable = Table<Record<string, Float64>>;

/** Positions of rows in a table, ascending. */
export type Rows = Int32Array;

/** Puts series of one length side by side. */
export function makeFeaturesTable(columns: Readonly<Record<string, Series>>): FeaturesTable {
  return tableFromArrays(columns);
}

/**
 * One column of a table.
 *
 * @throws {@link MissingColumnError} `absenteeism/missing-column`.
 */
export function columnOf(table: FeaturesTable, name: string): Series {
  const column = table.getChild(name);
  if (column === null)
    throw new MissingColumnError(
      name,
      table.schema.fields.map((field) => field.name),
    );
  return column.toArray();
}

/** The values at some rows. */
export function pick(series: Series, rows: Rows): Series {
  return Float64Array.from(rows, (row) => series[row] ?? Number.NaN);
}

/**
 * Some columns of a table at some rows, in the order of `names`.
 *
 * @throws {@link MissingColumnError} `absenteeism/missing-column`.
 */
export function matrixOf(table: FeaturesTable, names: readonly string[], rows: Rows): DenseMatrix {
  const columns = names.map((name) => columnOf(table, name));
  const values = new Float64Array(rows.length * columns.length);
  for (const [at, row] of rows.entries()) {
    for (const [column, series] of columns.entries())
      values[at * columns.length + column] = series[row] ?? Number.NaN;
  }
  return { values, rows: rows.length, columns: columns.length };
}
