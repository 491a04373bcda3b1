import { findTables } from "../src/find-tables.ts";
import { type DuckdbOptions, queryPlan, WHOLE_FILE } from "../src/options.ts";
import { ResultReader } from "../src/result-reader.ts";
import type { Table } from "../src/table.ts";

/** What `loadDuckdb` gives, without a process for each query: for tests of many of them. */
export async function loadHere(options: DuckdbOptions): Promise<Table> {
  const { path = [], format = "auto", csv = {}, columns = [], sql = WHOLE_FILE } = options;
  const { parameters = {}, tables = {}, numbers = "float64", limits = {} } = options;
  const all = { path, format, csv, columns, sql, parameters, tables, numbers, limits };
  const plan = queryPlan(all);
  const reader = await ResultReader.open(plan, await findTables(plan));
  return (await reader.read(Infinity))?.table ?? reader.empty;
}
