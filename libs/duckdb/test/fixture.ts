import { rm } from "node:fs/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { type NodeContext, type NodeFacts, quietContext } from "@weirflow/dataflow";
import { scratchFolder } from "@weirflow/testing";
import { test as base } from "vitest";

/** A test with an empty folder of its own. */
// vitest reads the needed fixtures from the pattern, so it must be there, even when it is empty.
// oxlint-disable-next-line no-empty-pattern
export const folderTest = base.extend("folder", async ({}, { onCleanup }): Promise<string> => {
  const folder = await scratchFolder("duckdb");
  onCleanup(async () => await rm(folder, { recursive: true }));
  return folder;
});

/** A context that keeps the facts that it is told. */
export function recordingContext(
  signal?: AbortSignal,
): NodeContext & { readonly told: NodeFacts[] } {
  const told: NodeFacts[] = [];
  return { ...quietContext(signal), record: (facts) => void told.push(facts), told };
}

/** Writes a file by DuckDB itself: Parquet or CSV, by the end of its name. */
export async function writeRows(path: string, query: string): Promise<string> {
  const database = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await database.connect();
  await connection.run(`copy (${query}) to '${path}'`);
  connection.closeSync();
  database.closeSync();
  return path;
}
