import type { LineageChunk } from "@weirflow/contracts";
import { sql } from "kysely";
import type { Statements } from "../lineage-store.ts";
import { keyOf } from "./chunk-check.ts";
import type { LockedAttempt } from "./lock-attempts.ts";

/** Notes which chunks are stored. Says of each attempt whether all are. */
export async function markStored(
  tx: Statements,
  chunks: readonly LineageChunk[],
  attempts: ReadonlyMap<string, LockedAttempt>,
): Promise<ReadonlyMap<string, boolean>> {
  if (chunks.length === 0) return new Map();
  const ids = chunks.map((chunk) => attempts.get(keyOf(chunk))?.attemptId ?? null);
  const { rows } = await tx.run(sql<{ taskRunId: string; attempt: number; complete: boolean }>`
    update lineage.attempt a set stored = a.stored || t.added
    from (
      select attempt_id, array_agg(chunk order by chunk) as added
      from unnest(${ids}::bigint[], ${chunks.map(({ chunk }) => chunk)}::int[]) as u (attempt_id, chunk)
      group by attempt_id) t
    where a.attempt_id = t.attempt_id
    returning a.task_run_id as "taskRunId", a.attempt, cardinality(a.stored) = a.chunks as complete`);
  return new Map(rows.map((row) => [keyOf(row), row.complete]));
}
