import type { DuckDBDataChunk, DuckDBResult } from "@duckdb/node-api";
import { bindParameters } from "./bind-parameters.ts";
import type { ColumnPlan } from "./column-builder.ts";
import { kindOf } from "./column-kind.ts";
import { type Driver, loadDriver } from "./driver.ts";
import { QueryError } from "./errors.ts";
import type { FoundTables } from "./find-tables.ts";
import { type OpenDuckdb, openDuckdb } from "./open-duckdb.ts";
import type { QueryPlan } from "./options.ts";
import { closedBy, failureOf, selectText } from "./select-text.ts";
import { translateError } from "./translate-error.ts";

/** A query that runs. */
export interface RunningQuery extends AsyncDisposable {
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
 * Runs a query, and hands its rows out in order; an aborted signal interrupts it.
 *
 * I3. A result that DuckDB ends too early fails. Its streams end in the same way whether they are through or failed, and
 * the driver has no way to ask which; so a row of our own closes each result, and one without it is asked for its error.
 *
 * @throws `duckdb/*`.
 */
export async function runQuery(
  plan: QueryPlan,
  found: FoundTables,
  signal: AbortSignal,
): Promise<RunningQuery> {
  signal.throwIfAborted();
  const driver = await loadDriver();
  await using stack = new AsyncDisposableStack();
  const opened = stack.use(await openDuckdb(driver, plan, found, signal));
  const scope = { driver, opened, plan, found, signal };
  const { text, result } = await guarded(scope, async () => await start(scope));
  const rows = new Rows(scope, text, result);
  const columns = columnsOf(driver, result, plan);
  const owned = stack.move();
  return {
    columns,
    next: async () => await rows.next(),
    [Symbol.asyncDispose]: async () => await owned.disposeAsync(),
  };
}

interface Scope {
  readonly driver: Driver;
  readonly opened: OpenDuckdb;
  readonly plan: QueryPlan;
  readonly found: FoundTables;
  readonly signal: AbortSignal;
}

async function guarded<T>({ plan, found, signal }: Scope, act: () => Promise<T>): Promise<T> {
  try {
    signal.throwIfAborted();
    const result = await act();
    signal.throwIfAborted(); // an interrupted stream ends as if it were through
    return result;
  } catch (error) {
    signal.throwIfAborted();
    throw translateError(error, { ...plan, paths: found.paths });
  }
}

async function start(
  scope: Scope,
): Promise<{ readonly text: string; readonly result: DuckDBResult }> {
  const { driver, opened, plan } = scope;
  const text = await selectText(driver, opened.connection, plan);
  const statement = await opened.connection.prepare(closedBy(text));
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
    const { driver, opened, plan, signal } = this.#scope;
    signal.throwIfAborted();
    try {
      const statement = await opened.connection.prepare(failureOf(this.#text));
      bindParameters(driver, statement, plan.parameters);
      await statement.run();
    } catch (error) {
      return error;
    }
    return new QueryError("it ended before its last row, and does so no more", "try again");
  }
}
