import type { DuckDBConnection, DuckDBDataChunk, DuckDBResult } from "@duckdb/node-api";
import { bindParameters } from "./bind-parameters.ts";
import type { ColumnPlan } from "./column-builder.ts";
import { kindOf } from "./column-kind.ts";
import { type Driver, loadDriver } from "./driver.ts";
import { QueryError } from "./errors.ts";
import type { FoundTables } from "./find-tables.ts";
import { openDuckdb } from "./open-duckdb.ts";
import type { QueryPlan } from "./options.ts";
import { closedBy, failureOf, selectText } from "./select-text.ts";
import { translateError } from "./translate-error.ts";

/** A query that runs; its database is there as long as the process. */
export interface RunningQuery {
  readonly columns: readonly ColumnPlan[];
  /** The next rows, some thousands at most; `undefined` at the end. */
  next(): Promise<RowChunk | undefined>;
}

/** Some rows, as DuckDB hands them out. */
export interface RowChunk {
  readonly chunk: DuckDBDataChunk;
  readonly rows: number;
}

/**
 * Runs a query, and hands its rows out in order.
 *
 * I3. A result that DuckDB ends too early fails. Its streams end in the same way whether they are through or failed, and
 * the driver has no way to ask which; so a row of our own closes each result, and one without it is asked for its error.
 *
 * @throws `duckdb/*`.
 */
export async function runQuery(plan: QueryPlan, found: FoundTables): Promise<RunningQuery> {
  const driver = await loadDriver();
  const scope = { driver, plan, found, connection: await openDuckdb(driver, plan, found) };
  const { text, result } = await guarded(scope, async () => await start(scope));
  const rows = new Rows(scope, text, result);
  return { columns: columnsOf(driver, result, plan), next: async () => await rows.next() };
}

interface Scope {
  readonly driver: Driver;
  readonly connection: DuckDBConnection;
  readonly plan: QueryPlan;
  readonly found: FoundTables;
}

async function guarded<T>({ plan, found }: Scope, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw translateError(error, { ...plan, paths: found.paths });
  }
}

async function start(
  scope: Scope,
): Promise<{ readonly text: string; readonly result: DuckDBResult }> {
  const { driver, connection, plan } = scope;
  const text = await selectText(driver, connection, plan);
  const statement = await connection.prepare(closedBy(text));
  bindParameters(driver, statement, plan.parameters);
  return { text, result: await statement.stream() };
}

function columnsOf(
  { DuckDBTypeId }: Driver,
  result: DuckDBResult,
  { numbers }: QueryPlan,
): readonly ColumnPlan[] {
  const isExact = numbers === "exact";
  return Array.from({ length: result.columnCount - 1 }, (_, i) => {
    const name = result.columnName(i);
    const type = result.columnType(i);
    const kind = kindOf({ name, type, typeName: DuckDBTypeId[type.typeId] }, isExact);
    return { name, kind, missing: isExact ? "null" : "nan" };
  });
}

/** The rows of a result, up to the one that closes it. */
class Rows {
  readonly #scope: Scope;
  readonly #text: string;
  readonly #result: DuckDBResult;
  #isClosed = false;

  constructor(scope: Scope, text: string, result: DuckDBResult) {
    this.#scope = scope;
    this.#text = text;
    this.#result = result;
  }

  async next(): Promise<RowChunk | undefined> {
    return await guarded(this.#scope, async () => await this.#next());
  }

  async #next(): Promise<RowChunk | undefined> {
    if (this.#isClosed) return undefined;
    const chunk = await this.#result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) throw await this.#failure();
    const last = chunk.rowCount - 1;
    this.#isClosed = chunk.getColumnVector(chunk.columnCount - 1).getItem(last) === true;
    return { chunk, rows: this.#isClosed ? last : chunk.rowCount };
  }

  /** What made a result end too early. */
  async #failure(): Promise<unknown> {
    const { driver, connection, plan } = this.#scope;
    try {
      const statement = await connection.prepare(failureOf(this.#text));
      bindParameters(driver, statement, plan.parameters);
      await statement.run();
    } catch (error) {
      return error;
    }
    return new QueryError("it ended before its last row, and does so no more", "try again");
  }
}
