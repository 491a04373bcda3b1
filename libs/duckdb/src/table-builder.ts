import { columnBuilder, type ColumnPlan } from "./column-builder.ts";
import type { RowChunk } from "./run-query.ts";
import type { Table } from "./table.ts";

/** Gathers the rows of a result as a table, or as several. */
export class TableBuilder {
  readonly #columns;
  #rows = 0;
  #taken = 0;

  constructor(plans: readonly ColumnPlan[]) {
    this.#columns = plans.map((plan) => ({ name: plan.name, builder: columnBuilder(plan) }));
  }

  /** Rows that were gathered since the last table was taken. */
  get rows(): number {
    return this.#rows;
  }

  /** What they take, roughly. */
  get sizeBytes(): number {
    return this.#columns.reduce((sum, { builder }) => sum + builder.sizeBytes, 0);
  }

  /** Takes the rows `start` to before `end` of a chunk. */
  append({ chunk }: RowChunk, start: number, end: number): void {
    for (const [at, { builder }] of this.#columns.entries())
      builder.append(chunk.getColumnVector(at), start, end, this.#taken + this.#rows);
    this.#rows += end - start;
  }

  /** Gives the table, and begins another. */
  take(): Table {
    this.#taken += this.#rows;
    this.#rows = 0;
    return Object.fromEntries(this.#columns.map(({ name, builder }) => [name, builder.take()]));
  }
}
