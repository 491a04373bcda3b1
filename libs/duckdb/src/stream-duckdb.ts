import type { NodeContext } from "@weirflow/dataflow";
import { eachTime, type LoaderNode } from "./each-time.ts";
import { sourceFacts } from "./facts.ts";
import { type FoundTables, findTables } from "./find-tables.ts";
import { type DuckdbOptions, positive, type QueryPlan, queryPlan, WHOLE_FILE } from "./options.ts";
import { startQuery } from "./query-process.ts";
import type { Table } from "./table.ts";

/** What {@link streamDuckdb} takes. */
export interface StreamDuckdbOptions extends DuckdbOptions {
  /** Rows of a batch; the last one may have fewer. @default 65_536 */
  readonly batchRows?: number | undefined;
}

/**
 * Reads the same as {@link loadDuckdb} in batches, each a table of its own, in order.
 *
 * A batch is made when it is asked for, so that files of any size need the memory of one batch, and of those that are
 * worked on. The query begins with the first batch and ends when the loop over them is left. A source without rows gives
 * no batch.
 *
 * Records `path`, `query`, `files` and `sizeBytes` at once, and `rows`, `columns` and `batches` behind the last batch; that
 * comes too late for the lineage of a fan-out, whose node has ended by then.
 *
 * @throws what {@link loadDuckdb} throws except `duckdb/too-large`: for options and files at once, else while it is iterated.
 * @example
 * export const batch = each(bind(streamDuckdb, { path: "tripsPath" }));
 * export const sum = ({ batch }: { batch: Table }) => sumOf(batch["km"]);
 * export const total = collect(({ sum }: { sum: readonly number[] }) => sumOf(sum));
 */
export const streamDuckdb: LoaderNode<
  StreamDuckdbOptions,
  Promise<AsyncGenerator<Table>>
> = eachTime(stream);

// each option by its name: they are the dependencies of the node
async function stream(
  {
    path = [],
    format = "auto",
    csv = {},
    columns = [],
    sql = WHOLE_FILE,
    parameters = {},
    tables = {},
    numbers = "float64",
    limits = {},
    batchRows = 65_536,
  }: StreamDuckdbOptions,
  { record, signal }: NodeContext,
): Promise<AsyncGenerator<Table>> {
  const options = { path, format, csv, columns, sql, parameters, tables, numbers, limits };
  positive("batchRows", batchRows);
  const plan = queryPlan(options);
  const found = await findTables(plan);
  record(sourceFacts(options, found));
  return batchesOf(plan, found, { batchRows, record, signal });
}

interface BatchOptions extends Pick<NodeContext, "record" | "signal"> {
  readonly batchRows: number;
}

async function* batchesOf(
  plan: QueryPlan,
  found: FoundTables,
  { batchRows, record, signal }: BatchOptions,
): AsyncGenerator<Table> {
  await using query = await startQuery(plan, found, signal);
  let [rows, batches] = [0, 0];
  for (let part = await query.next(batchRows); part; part = await query.next(batchRows)) {
    rows += part.rows;
    batches += 1;
    yield part.table;
  }
  record({ rows, columns: Object.keys(query.empty).length, batches });
}
