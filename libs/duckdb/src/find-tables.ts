import { findFiles } from "./find-files.ts";
import type { FileTable, QueryPlan } from "./options.ts";

/** A table and its files. */
export interface FoundTable {
  readonly name: string;
  readonly table: FileTable;
  /** Absolute, in order. */
  readonly paths: readonly string[];
}

/** All tables of a query. */
export interface FoundTables {
  readonly tables: readonly FoundTable[];
  readonly paths: readonly string[];
  /** Of all files. */
  readonly sizeBytes: number;
}

/**
 * Finds the files of all tables.
 *
 * @throws as {@link findFiles}.
 */
export async function findTables(plan: QueryPlan): Promise<FoundTables> {
  const tables: FoundTable[] = [];
  let sizeBytes = 0;
  for (const [name, table] of plan.tables) {
    const found = await findFiles(table.path);
    tables.push({ name, table, paths: found.paths });
    sizeBytes += found.sizeBytes;
  }
  return { tables, paths: tables.flatMap(({ paths }) => paths), sizeBytes };
}
