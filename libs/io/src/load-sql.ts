import type { NodeContext } from "@weirflow/dataflow";
import type { Compilable, CompiledQuery, RawBuilder } from "kysely";
import { eachTime, type IoNode } from "./each-time.ts";
import { SqlError } from "./errors.ts";
import { inSqlTransaction, type SqlDatabase } from "./sql-transaction.ts";
import { sizeOf, type Table, tableFromRows } from "./table.ts";

/** A query whose values are parameters: built by kysely, or written with its `sql` tag. Never a text. */
export type SqlQuery = Compilable | RawBuilder<unknown>;

/** What {@link loadSql} takes. */
export interface LoadSqlOptions {
  readonly db: SqlDatabase;
  readonly query: SqlQuery;
  /** More rows are an error. @default 1_000_000 */
  readonly maxRows?: number | undefined;
  /**
   * Rows that are fetched at once, so that `maxRows` stops the query; needs a dialect that streams (Postgres: give it
   * `cursor`). 0 fetches all before `maxRows` is looked at.
   * @default 0
   */
  readonly batchRows?: number | undefined;
  /**
   * The columns, in order; needed for a table with columns where the query finds no row.
   * @default those of the first row
   */
  readonly columns?: readonly string[] | undefined;
}

/**
 * Runs a query and gives its rows as a table.
 *
 * Read-only where the dialect can say so (Postgres, MySQL), cancelled in the database when the run is. Numbers without
 * gaps become a `Float64Array`. Types are the driver's: `pg` gives `bigint` and `numeric` as text, and `date` and
 * `timestamp` in the time zone of the process, so cast them in the query. Of two columns with one name drivers give the
 * last.
 *
 * Records `query` (its text with placeholders, never the values), `rows`, `columns`.
 *
 * @throws {@link SqlError} `io/sql` where the query fails or gives more than `maxRows`,
 * {@link InvalidColumnError} `io/invalid-column` for JSON, lists and bytes.
 * @example
 * export const orders = bind(loadSql, { query: value(sql`select id::float8, total::float8 from orders`) });
 */
export const loadSql: IoNode<LoadSqlOptions, Table> = eachTime(readSql);

async function readSql(
  { db, query, maxRows = 1_000_000, batchRows = 0, columns = [] }: LoadSqlOptions,
  { record, signal }: NodeContext,
): Promise<Table> {
  const compiled = "isRawBuilder" in query ? query.compile(db) : query.compile();
  record({ query: compiled.sql });
  const rows = await rowsOfQuery(db, compiled, { maxRows, batchRows, signal });
  // a driver gives rows as records
  const table = tableFromRows(rows as readonly Readonly<Record<string, unknown>>[], columns);
  record({ ...sizeOf(table), rows: rows.length });
  return table;
}

interface RowOptions {
  readonly maxRows: number;
  readonly batchRows: number;
  readonly signal: AbortSignal;
}

async function rowsOfQuery(
  db: SqlDatabase,
  query: CompiledQuery,
  { maxRows, batchRows, signal }: RowOptions,
): Promise<readonly unknown[]> {
  try {
    return await inSqlTransaction(db, { accessMode: "read only", signal }, async (tx) => {
      const executor = tx.getExecutor();
      const batches =
        batchRows > 0 ? executor.stream(query, batchRows) : [await executor.executeQuery(query)];
      const found: unknown[] = [];
      for await (const { rows } of batches) {
        signal.throwIfAborted();
        if (found.length + rows.length > maxRows) throw tooMany(maxRows);
        for (const row of rows) found.push(row);
      }
      return found;
    });
  } catch (error) {
    if (signal.aborted || error instanceof SqlError) throw error;
    throw new SqlError("the query failed", error);
  }
}

function tooMany(maxRows: number): SqlError {
  return new SqlError(
    `the query gave more than ${maxRows} rows`,
    undefined,
    "limit the query, or give a larger `maxRows`",
  );
}
