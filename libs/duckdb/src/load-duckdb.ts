import type { NodeContext } from "@weirflow/dataflow";
import { concatTables } from "./concat-tables.ts";
import { eachTime, type LoaderNode } from "./each-time.ts";
import { TooLargeError } from "./errors.ts";
import { type DuckdbOptions, queryPlan, WHOLE_FILE } from "./options.ts";
import { startQuery } from "./query-process.ts";
import type { Table } from "./table.ts";
import { sourceFacts } from "./facts.ts";
import { findTables } from "./find-tables.ts";

/**
 * Reads CSV and Parquet files, or what a `select` makes of them, as a table.
 *
 * The query reads the files that were named and nothing else, and changes nothing. Rows come in the order of the files.
 *
 * Records `path`, `query`, `files`, `sizeBytes`, `rows`, `columns`.
 *
 * @throws {@link FileMissingError} `duckdb/file-missing`, {@link FileAccessError} `duckdb/file-access`,
 * {@link FileFormatError} `duckdb/file-format`, {@link QueryError} `duckdb/query`,
 * {@link ForbiddenError} `duckdb/forbidden`, {@link InvalidParameterError} `duckdb/invalid-parameter`,
 * {@link InvalidColumnError} `duckdb/invalid-column`, {@link InvalidOptionError} `duckdb/invalid-option`,
 * {@link TooLargeError} `duckdb/too-large`, {@link MemoryLimitError} `duckdb/memory-limit`,
 * {@link DriverMissingError} `duckdb/driver-missing`, {@link QueryEndedError} `duckdb/ended`.
 * @example
 * export const trips = bind(loadDuckdb, { path: "tripsPath", columns: value(["city", "km"]) });
 */
export const loadDuckdb: LoaderNode<DuckdbOptions, Promise<Table>> = eachTime(load);

// each option by its name: they are the dependencies of the node
async function load(
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
  }: DuckdbOptions,
  { record, signal }: NodeContext,
): Promise<Table> {
  const options = { path, format, csv, columns, sql, parameters, tables, numbers, limits };
  const plan = queryPlan(options);
  const found = await findTables(plan);
  await using query = await startQuery(plan, found, signal);
  const parts: Table[] = [];
  let [rows, sizeBytes] = [0, 0];
  for (let part = await query.next(PART_ROWS); part; part = await query.next(PART_ROWS)) {
    parts.push(part.table);
    rows += part.rows;
    sizeBytes += part.sizeBytes;
    if (sizeBytes > plan.tableBytes) throw new TooLargeError(plan.tableBytes);
  }
  record({ ...sourceFacts(options, found), rows, columns: Object.keys(query.empty).length });
  return concatTables(parts, query.empty);
}

/** Rows that come from the process of the query at once. */
const PART_ROWS = 65_536;
