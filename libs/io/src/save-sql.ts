import type { NodeContext } from "@weirflow/dataflow";
import { eachTime, type IoNode } from "./each-time.ts";
import { SqlError } from "./errors.ts";
import { inSqlTransaction, type SqlDatabase } from "./sql-transaction.ts";
import { type Cell, kindOf, rowsOf, sizeOf, type Table } from "./table.ts";

/** What {@link saveSql} takes. */
export interface SaveSqlOptions {
  readonly db: SqlDatabase;
  /** The table's name, with its schema where that is not the default: `sales.orders`. */
  readonly table: string;
  readonly value: Table;
  /**
   * `append` adds the rows; `replace` deletes those that were there first, so that doing it twice is harmless.
   * @default "append"
   */
  readonly mode?: "append" | "replace" | undefined;
}

/** What {@link saveSql} wrote. */
export interface SavedRows {
  readonly table: string;
  readonly rows: number;
}

/**
 * Inserts the rows of a table into a table of a database, all or none.
 *
 * Columns go by their names. `NaN` is written as it is, `null` as NULL; drivers write −0 as 0. A task that is tried again
 * adds its rows again unless `mode` is `replace` or the table refuses them, and so it may after a connection that broke
 * at the end: nobody knows whether the rows were kept.
 *
 * Records `table`, `mode`, `rows`, `columns`.
 *
 * @throws {@link SqlError} `io/sql`, {@link InvalidColumnError} `io/invalid-column`; then nothing has
 * changed, unless the connection broke.
 * @example
 * export const orders = node(cleanOrders, { save: bind(saveSql, { table: value("orders"), mode: value("replace") }) });
 */
export const saveSql: IoNode<SaveSqlOptions, SavedRows> = eachTime(writeSql);

async function writeSql(
  { db, table, value, mode = "append" }: SaveSqlOptions,
  { record, signal }: NodeContext,
): Promise<SavedRows> {
  const size = sizeOf(value);
  for (const [name, column] of Object.entries(value)) kindOf(name, column);
  try {
    await inSqlTransaction(db, { accessMode: "read write", signal }, async (tx) => {
      if (mode === "replace") await tx.deleteFrom(table).execute();
      for (const rows of batches(value, size)) {
        signal.throwIfAborted();
        await tx.insertInto(table).values(rows).execute();
      }
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new SqlError(`the rows could not be written into "${table}"`, error);
  }
  record({ table, mode, ...size });
  return { table, rows: size.rows };
}

/** Parameters that every dialect takes in one statement. */
const MAX_PARAMETERS = 2_000;

function* batches(
  value: Table,
  size: { readonly rows: number; readonly columns: number },
): Generator<Record<string, Cell>[]> {
  const step = Math.max(1, Math.floor(MAX_PARAMETERS / Math.max(1, size.columns)));
  for (let start = 0; start < size.rows; start += step)
    yield rowsOf(value, start, Math.min(size.rows, start + step));
}
