import type { LineageChunk } from "@weirflow/contracts";
import { sql } from "kysely";
import { uuidOf } from "../content-hash.ts";
import type { Statements } from "../lineage-store.ts";
import { keyOf } from "./chunk-check.ts";

/** The row of an attempt, locked until the transaction ends. */
export interface LockedAttempt {
  readonly attemptId: number;
  readonly taskRunId: string;
  readonly attempt: number;
  readonly runId: string;
  readonly claimId: string;
  readonly chunks: number;
  readonly stored: readonly number[];
  /** `null` until the header came. */
  readonly graphHash: string | null;
}

/** Locks the attempts of these chunks, in the order of their keys; makes the rows of new ones. By key. */
export async function lockAttempts(
  tx: Statements,
  chunks: readonly LineageChunk[],
): Promise<ReadonlyMap<string, LockedAttempt>> {
  const firsts = [...new Map(chunks.map((chunk) => [keyOf(chunk), chunk])).values()];
  await tx.run(sql`
    insert into lineage.attempt (task_run_id, attempt, run_id, claim_id, chunks)
    select * from unnest(
      ${firsts.map((one) => one.taskRunId)}::uuid[], ${firsts.map((one) => one.attempt)}::int[],
      ${firsts.map((one) => one.runId)}::uuid[], ${firsts.map((one) => uuidOf(one.claimId))}::uuid[],
      ${firsts.map((one) => one.chunks)}::int[]) as t (task_run_id, attempt, run_id, claim_id, chunks)
    order by task_run_id, attempt
    on conflict (task_run_id, attempt) do nothing`);
  const { rows } = await tx.run(sql<LockedAttempt>`
    select a.attempt_id as "attemptId", a.task_run_id as "taskRunId", a.attempt, a.run_id as "runId",
      a.claim_id as "claimId", a.chunks, a.stored, encode(g.graph_hash, 'hex') as "graphHash"
    from lineage.attempt a left join lineage.graph_version g using (graph_id)
    where (a.task_run_id, a.attempt) in (
      select * from unnest(${firsts.map((one) => one.taskRunId)}::uuid[], ${firsts.map((one) => one.attempt)}::int[]))
    order by a.task_run_id, a.attempt for update of a`);
  return new Map(rows.map((row) => [keyOf(row), row]));
}
