import type { LineageChunk, LineageHeader } from "@weirflow/contracts";
import { sql } from "kysely";
import { hashId } from "../content-hash.ts";
import type { Statements } from "../lineage-store.ts";
import { pgText } from "../pg-text.ts";
import type { PlacedChunk } from "./placed-chunk.ts";

/** The inputs that a chunk's header names; none without a header. */
export function sourcesOf({ header }: LineageChunk): LineageHeader["inputs"] {
  return header?.inputs ?? [];
}

/** Writes a row for each input that another task run made. */
export async function writeLinks(tx: Statements, placed: readonly PlacedChunk[]): Promise<void> {
  const rows = placed.flatMap(({ chunk, attempt, graph }) =>
    sourcesOf(chunk).flatMap(({ name, valueHash, from }) =>
      from === undefined
        ? []
        : [
            {
              runId: chunk.runId,
              id: attempt.attemptId,
              ix: graph.nodes.get(pgText(name)) ?? -1,
              valueHash,
              from,
            },
          ],
    ),
  );
  if (rows.length === 0) return;
  await tx.run(sql`
    insert into lineage.run_link (run_id, attempt_id, node_ix, src_task_run, src_attempt, src_output, value_hash)
    select * from unnest(
      ${rows.map((row) => row.runId)}::uuid[], ${rows.map((row) => row.id)}::bigint[], ${rows.map((row) => row.ix)}::int[],
      ${rows.map((row) => row.from.taskRunId)}::uuid[], ${rows.map((row) => row.from.attempt)}::int[],
      ${rows.map((row) => pgText(row.from.output))}::text[], ${rows.map((row) => hashId(row.valueHash))}::uuid[])
    on conflict do nothing`);
}
