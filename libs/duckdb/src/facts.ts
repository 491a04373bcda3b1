import type { NodeFacts } from "@weirflow/dataflow";
import type { FoundTables } from "./find-tables.ts";
import { type Complete, type DuckdbOptions, WHOLE_FILE } from "./options.ts";

/** What lineage learns of what is read; never a parameter. */
export function sourceFacts(
  { path, sql }: Complete<DuckdbOptions>,
  { paths, sizeBytes }: FoundTables,
): NodeFacts {
  return {
    ...(path.length === 0 ? {} : { path: String(path) }),
    ...(sql === WHOLE_FILE ? {} : { query: sql }),
    files: paths.length,
    sizeBytes,
  };
}
