import { sql } from "kysely";
import type { LineageStore } from "../lineage-store.ts";

/** How much lineage a run has. */
export interface LineageSummary {
  readonly nodeExecutions: number;
  /** Distinct values that its nodes made. */
  readonly values: number;
  /** Encoded size of these values together. */
  readonly bytes: number;
}

/** Counts the lineage of runs; a run without any has zeros. In the order of the ids. */
export async function lineageSummaries(
  store: LineageStore,
  runIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly LineageSummary[]> {
  const { rows } = await store.run(
    sql<LineageSummary>`
      select coalesce(n.executions, 0) as "nodeExecutions", coalesce(n.distinct_values, 0) as values, coalesce(n.bytes, 0)::bigint as bytes
      from unnest(${[...runIds]}::uuid[]) with ordinality as wanted (run_id, position)
      left join lateral (
        select sum(d.executions)::bigint as executions, count(d.value_hash) as distinct_values, sum(v.size_bytes) as bytes
        from (
          select e.value_hash, count(*) as executions
          from lineage.shown_attempt a
          join lineage.node_exec e on e.run_id = a.run_id and e.attempt_id = a.attempt_id
          where a.run_id = wanted.run_id and e.run_id = wanted.run_id and e.state <> 'i'
          group by e.value_hash) d
        left join lineage.value_version v using (value_hash)) n on true
      order by wanted.position`,
    signal,
  );
  return rows;
}

/**
 * Counts the lineage of a run, over the attempts that {@link nodeExecutions} shows.
 *
 * @example
 * const { nodeExecutions, values, bytes } = await lineageSummary(store, runId, signal);
 */
export async function lineageSummary(
  store: LineageStore,
  runId: string,
  signal: AbortSignal,
): Promise<LineageSummary> {
  const [summary] = await lineageSummaries(store, [runId], signal);
  return summary ?? { nodeExecutions: 0, values: 0, bytes: 0 };
}
