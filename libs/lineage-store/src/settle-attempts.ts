import { sql } from "kysely";
import type { LineageStore } from "./lineage-store.ts";

/** What became of an attempt. */
export interface SettledAttempt {
  readonly taskRunId: string;
  readonly attempt: number;
  /** Whether its report was accepted; otherwise its lineage is superseded. */
  readonly accepted: boolean;
}

/** An attempt of which nobody said yet whether its report was accepted. */
export interface PendingAttempt {
  readonly taskRunId: string;
  readonly attempt: number;
  readonly runId: string;
  readonly recordedAt: Date;
}

/**
 * Settles pending attempts. Attempts that are unknown or settled already are left alone, so repeating it is harmless.
 *
 * @returns how many were settled now.
 * @throws {@link LineageUnavailableError} `lineage/unavailable`, safe to retry.
 */
export async function settleAttempts(
  store: LineageStore,
  settled: readonly SettledAttempt[],
  signal: AbortSignal,
): Promise<number> {
  if (settled.length === 0) return 0;
  return await store.transaction(async (tx) => {
    const { rows } = await tx.run(sql<{ id: number; accepted: boolean }>`
      with wanted as (
        select task_run_id, attempt, bool_or(accepted) as accepted
        from unnest(${settled.map((one) => one.taskRunId)}::uuid[], ${settled.map((one) => one.attempt)}::int[],
          ${settled.map((one) => one.accepted)}::boolean[]) as t (task_run_id, attempt, accepted)
        group by task_run_id, attempt),
      locked as (
        select attempt_id, w.accepted from lineage.attempt a join wanted w using (task_run_id, attempt)
        where a.state = 'p' order by a.task_run_id, a.attempt for update of a)
      update lineage.attempt a set state = case when l.accepted then 'a'::"char" else 's'::"char" end, settled_at = now()
      from locked l where a.attempt_id = l.attempt_id
      returning a.attempt_id as id, l.accepted`);
    const accepted = rows.filter((row) => row.accepted).map(({ id }) => id);
    if (accepted.length > 0) await tx.run(claimValues(accepted));
    return rows.length;
  }, signal);
}

/** A value is traced to an accepted attempt, where one made it. */
function claimValues(accepted: readonly number[]): ReturnType<typeof sql<unknown>> {
  return sql`
    with made as (
      select distinct on (e.value_hash) e.value_hash, e.attempt_id, e.node_ix
      from lineage.attempt a join lineage.node_exec e on e.run_id = a.run_id and e.attempt_id = a.attempt_id
      where a.attempt_id = any(${accepted}::bigint[]) and e.state <> 'i' and e.value_hash is not null
      order by e.value_hash, e.attempt_id),
    locked as (
      select v.value_hash, m.attempt_id, m.node_ix from lineage.value_version v join made m using (value_hash)
      join lineage.attempt b on b.attempt_id = v.made_by
      where b.state <> 'a' order by v.value_hash for update of v)
    update lineage.value_version v set made_by = l.attempt_id, made_by_node = l.node_ix
    from locked l where v.value_hash = l.value_hash`;
}

/**
 * Attempts that are pending for longer than `olderThanMs`, oldest first.
 *
 * @param limit - attempts at most, 1 to 1,000.
 */
export async function pendingAttempts(
  store: LineageStore,
  { olderThanMs, limit }: { readonly olderThanMs: number; readonly limit: number },
  signal: AbortSignal,
): Promise<readonly PendingAttempt[]> {
  const { rows } = await store.run(
    sql<PendingAttempt>`
      select task_run_id as "taskRunId", attempt, run_id as "runId", recorded_at as "recordedAt"
      from lineage.attempt
      where state = 'p' and recorded_at <= now() - make_interval(secs => ${olderThanMs / 1_000})
      order by recorded_at limit ${limit}`,
    signal,
  );
  return rows;
}
