import { ColumnError } from "../errors.ts";
import type { Tensor, TensorFlow } from "../tensor-backend.ts";
import type { DenseArray, Numbers } from "./dense-array.ts";
import { arrayOf, tensorOf } from "./dense-array.ts";

/** A table as typed arrays of one length, by name. */
export type Columns = Readonly<Record<string, Numbers>>;

/**
 * Columns side by side, sample by sample: shape `[rows, columns]`, 32-bit floats, in the order of `names`.
 *
 * @throws {@link ColumnError} `compute/column` for a column that is missing or of another length.
 */
export function samplesOfColumns(columns: Columns, names: readonly string[]): DenseArray {
  const some = checkedColumns(columns, names);
  const rows = some[0]?.length ?? 0;
  const values = new Float32Array(rows * some.length);
  for (const [at, column] of some.entries())
    for (let row = 0; row < rows; row += 1) values[row * some.length + at] = column[row] ?? 0;
  return { values, shape: [rows, some.length] };
}

/**
 * A tensor `[rows, columns]` of columns; the caller disposes it.
 *
 * `Float32Array` columns are handed over as they are and put side by side by the back end, so nothing is copied here.
 *
 * @throws {@link ColumnError} `compute/column` for a column that is missing or of another length.
 * @example
 * const x = tensorOfColumns(tf, { age, height }, ["age", "height"]);
 */
export function tensorOfColumns(
  tf: TensorFlow,
  columns: Columns,
  names: readonly string[],
): Tensor {
  const some = checkedColumns(columns, names);
  return tf.tidy(() =>
    tf.stack(
      some.map((values) => tf.cast(tensorOf(tf, { values, shape: [values.length] }), "float32")),
      1,
    ),
  );
}

/**
 * The columns of a tensor `[rows, columns]`, which stays the caller's; `tableFromArrays` of apache-arrow makes a table of
 * them.
 *
 * @throws {@link ColumnError} `compute/column` when there is not one name a column.
 */
export async function columnsOfTensor(
  tf: TensorFlow,
  tensor: Tensor,
  names: readonly string[],
): Promise<Readonly<Record<string, Numbers>>> {
  const [, width = 1] = tensor.shape;
  if (tensor.rank !== 2 || width !== names.length)
    throw new ColumnError(
      names.join(", "),
      `the tensor has the shape [${tensor.shape.join(", ")}]`,
    );
  const parts = tf.unstack(tensor, 1);
  const columns = await Promise.all(
    names.map(async (name, at): Promise<[string, Numbers]> => {
      const part = parts[at] ?? tensor;
      return [name, (await arrayOf(part)).values];
    }),
  );
  tf.dispose(parts);
  return Object.fromEntries(columns);
}

/** What is needed of a table of apache-arrow, whichever copy of it made the table. */
export interface ArrowTable {
  getChild(name: string): { readonly nullCount: number; toArray(): unknown } | null;
}

/**
 * Columns of an Arrow table as typed arrays: views of the table's own memory where a column is in one piece.
 *
 * @throws {@link ColumnError} `compute/column` for a column that is missing, has empty cells, or holds no plain numbers.
 * @example
 * const x = tensorOfColumns(tf, columnsOfArrow(table, ["age", "height"]), ["age", "height"]);
 */
export function columnsOfArrow(table: ArrowTable, names: readonly string[]): Columns {
  return Object.fromEntries(names.map((name) => [name, arrowColumn(table, name)]));
}

function arrowColumn(table: ArrowTable, name: string): Numbers {
  const column = table.getChild(name);
  if (column === null) throw new ColumnError(name, "the table has none of this name");
  if (column.nullCount > 0)
    throw new ColumnError(name, `${column.nullCount} of its cells are empty`);
  const values = column.toArray();
  if (isNumbers(values)) return values;
  throw new ColumnError(name, "its cells are no numbers of at most 53 bits");
}

function isNumbers(values: unknown): values is Numbers {
  return (
    values instanceof Float32Array ||
    values instanceof Float64Array ||
    values instanceof Int32Array ||
    values instanceof Uint32Array ||
    values instanceof Uint8Array
  );
}

function checkedColumns(columns: Columns, names: readonly string[]): readonly Numbers[] {
  const some = names.map((name) => {
    const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
    if (column === undefined) throw new ColumnError(name, "the table has none of this name");
    return column;
  });
  const rows = some[0]?.length ?? 0;
  for (const [at, column] of some.entries())
    if (column.length !== rows)
      throw new ColumnError(names[at] ?? "", `it has ${column.length} cells, others ${rows}`);
  return some;
}
