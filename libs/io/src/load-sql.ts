import type { NodeContext } from "@weirflow/dataflow";
import type {
  Compilable,
  CompiledQuery,
  QueryExecutorProvider,
  QueryResult,
  RawBuilder,
} from "kysely";
import { eachTime, type IoNode } from "./each-time.ts";
import { SqlError } from "./errors.ts";
import { sizeOf, type Table, tableFromRows } from "./table.ts";

/** What {@link loadSql} needs of a `Kysely<…>` of any schema and dialect. */
export interface SqlReader extends QueryExecutorProvider {
  readonly executeQuery: (query: CompiledQuery) => Promise<QueryResult<unknown>>;
}

/** A query whose values are parameters: built by kysely, or written with its `sql` tag. Never a text. */
export type SqlQuery = Compilable | RawBuilder<unknown>;

/** What {@link loadSql} takes. */
export interface LoadSqlOptions {
  readonly db: SqlReader;
  readonly query: SqlQuery;
  /** More rows are an error. @default 1_000_000 */
  readonly maxRows?: number | undefined;
  /**
   * The columns, in order; needed for a table with columns where the query finds no row.
   * @default those of the first row
   */
  readonly columns?: readonly string[] | undefined;
}

/**
 * Runs a query and gives its rows as a table.
 *
 * Numbers without gaps become a `Float64Array`. Types are the driver's: `pg` gives `bigint` and `numeric` as text, so
 * cast them in the query where numbers are wanted. The database reads all rows before `maxRows` is looked at: limit the
 * query itself where that matters.
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
  { db, query, maxRows = 1_000_000, columns = [] }: LoadSqlOptions,
  { record, signal }: NodeContext,
): Promise<Table> {
  signal.throwIfAborted();
  const compiled = "isRawBuilder" in query ? query.compile(db) : query.compile();
  record({ query: compiled.sql });
  const rows = await run(db, compiled);
  if (rows.length > maxRows)
    throw new SqlError(
      `the query gave ${rows.length} rows, more than ${maxRows}`,
      undefined,
      "limit the query, or give a larger `maxRows`",
    );
  // a driver gives rows as records
  const table = tableFromRows(rows as readonly Readonly<Record<string, unknown>>[], columns);
  record({ ...sizeOf(table), rows: rows.length });
  return table;
}

async function run(db: SqlReader, query: CompiledQuery): Promise<readonly unknown[]> {
  try {
    return (await db.executeQuery(query)).rows;
  } catch (error) {
    throw new SqlError("the query failed", error);
  }
}
