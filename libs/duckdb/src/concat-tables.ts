import type { Cell, Column, Table } from "./table.ts";

/** One table of the rows of all parts, in order; `empty` where there is none. */
export function concatTables(parts: readonly Table[], empty: Table): Table {
  return Object.fromEntries(
    Object.keys(empty).map((name) => [
      name,
      concatColumns(
        parts.map((part) => part[name] ?? []),
        empty[name] ?? [],
      ),
    ]),
  );
}

/** A typed array where all parts are of its kind; where one has gaps, all are cells. */
function concatColumns(parts: readonly Column[], empty: Column): Column {
  const [first = empty, ...others] = parts;
  if (others.length === 0) return first;
  const rows = parts.reduce((sum, { length }) => sum + length, 0);
  if (first instanceof Float64Array) return joined(new Float64Array(rows), parts) ?? cellsOf(parts);
  if (first instanceof Float32Array) return joined(new Float32Array(rows), parts) ?? cellsOf(parts);
  if (first instanceof Int32Array) return joined(new Int32Array(rows), parts) ?? cellsOf(parts);
  if (first instanceof BigInt64Array)
    return joined(new BigInt64Array(rows), parts) ?? cellsOf(parts);
  return cellsOf(parts);
}

type NumberArray = Exclude<Column, readonly Cell[]>;

function joined<A extends NumberArray>(whole: A, parts: readonly Column[]): A | undefined {
  let at = 0;
  for (const part of parts) {
    if (Array.isArray(part)) return undefined;
    whole.set(part as never, at); // of the same class: parts of one column differ by gaps alone
    at += part.length;
  }
  return whole;
}

function cellsOf(parts: readonly Column[]): readonly Cell[] {
  const cells: Cell[] = [];
  for (const part of parts) for (const cell of part) cells.push(cell);
  return cells;
}
