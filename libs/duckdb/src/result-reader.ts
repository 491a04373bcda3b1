import type { FoundTables } from "./find-tables.ts";
import type { QueryPlan } from "./options.ts";
import type { RowsPart } from "./query-messages.ts";
import { type RowChunk, type RunningQuery, runQuery } from "./run-query.ts";
import type { Table } from "./table.ts";
import { TableBuilder } from "./table-builder.ts";

/** Reads the rows of a query in parts of any size, whatever the size of DuckDB's chunks. */
export class ResultReader {
  readonly #query: RunningQuery;
  readonly #builder: TableBuilder;
  #chunk: RowChunk | undefined;
  #at = 0;

  private constructor(query: RunningQuery) {
    this.#query = query;
    this.#builder = new TableBuilder(query.columns);
  }

  /** Runs a query; its database is there as long as the process. */
  static async open(plan: QueryPlan, found: FoundTables): Promise<ResultReader> {
    return new ResultReader(await runQuery(plan, found));
  }

  /** A table of the result's columns, without rows. */
  get empty(): Table {
    return new TableBuilder(this.#query.columns).take();
  }

  /** The next rows, at most `maxRows`, fewer only at the end; `undefined` behind it. */
  async read(maxRows: number): Promise<RowsPart | undefined> {
    const builder = this.#builder;
    while (builder.rows < maxRows && (await this.#hasRows())) this.#take(maxRows - builder.rows);
    const { rows, sizeBytes } = builder;
    return rows === 0 ? undefined : { rows, sizeBytes, table: builder.take() };
  }

  async #hasRows(): Promise<boolean> {
    while (this.#chunk === undefined || this.#at === this.#chunk.rows) {
      this.#chunk = await this.#query.next();
      this.#at = 0;
      if (this.#chunk === undefined) return false;
    }
    return true;
  }

  #take(maxRows: number): void {
    if (this.#chunk === undefined) return;
    const end = Math.min(this.#chunk.rows, this.#at + maxRows);
    this.#builder.append(this.#chunk, this.#at, end);
    this.#at = end;
  }
}
