import { didYouMean } from "@weirflow/errors";
import { InvalidColumnError } from "./errors.ts";
import type { Table } from "./table.ts";

/**
 * Some columns of a table as what they are by default: `Float64Array`s, as `samplesOfColumns` of `@weirflow/compute` takes.
 *
 * @throws {@link InvalidColumnError} `duckdb/invalid-column` for a column that is missing, or is no `Float64Array`.
 * @example
 * const { km, people } = numberColumns(trips, ["km", "people"]);
 */
export function numberColumns<const N extends string>(
  table: Table,
  names: readonly N[],
): Readonly<Record<N, Float64Array>> {
  const columns = names.map((name) => [name, numbersOf(table, name)] as const);
  return Object.fromEntries(columns) as Record<N, Float64Array>; // one for each name
}

function numbersOf(table: Table, name: string): Float64Array {
  const column = Object.hasOwn(table, name) ? table[name] : undefined;
  if (column instanceof Float64Array) return column;
  const known = Object.keys(table);
  if (column === undefined)
    throw new InvalidColumnError(
      name,
      `is not there${didYouMean(name, known)}`,
      `there are ${known.map((one) => `"${one}"`).join(", ")}`,
    );
  throw new InvalidColumnError(
    name,
    `is ${Array.isArray(column) ? "an array of cells" : `a ${column.constructor.name}`}, not numbers`,
    'load it with `numbers: "float64"`, or select `cast(it as double)`',
  );
}
