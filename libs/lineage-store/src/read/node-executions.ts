import { sql } from "kysely";
import type { LineageStore } from "../lineage-store.ts";
import { executionsOf, type NodeExecutionRow } from "./rows.ts";

/** Which attempts are meant. */
export interface NodeExecutionsQuery {
  readonly taskRunIds: readonly string[];
  /** A certain attempt, also a superseded one. @default the newest accepted one; while none is, the newest pending one */
  readonly attempt?: number | undefined;
}

/**
 * The nodes of task runs, in the order in which they began.
 *
 * @throws {@link LineageUnavailableError} `lineage/unavailable`, safe to retry.
 * @example
 * const nodes = await nodeExecutions(store, { taskRunIds: [taskRunId] }, signal);
 */
export async function nodeExecutions(
  store: LineageStore,
  { taskRunIds, attempt }: NodeExecutionsQuery,
  signal: AbortSignal,
): Promise<readonly NodeExecutionRow[]> {
  if (taskRunIds.length === 0) return [];
  const attempts =
    attempt === undefined
      ? sql`lineage.shown_attempt`
      : sql`(select * from lineage.attempt where attempt = ${attempt})`;
  const { rows } = await store.run(
    sql<NodeExecutionRow>`${executionsOf(attempts)}
      where a.task_run_id = any(${[...taskRunIds]}::uuid[])
      order by a.task_run_id, e.start_us, e.node_ix`,
    signal,
  );
  return rows;
}

/**
 * What a node did in the newest runs of a flow, newest first.
 *
 * @param query.limit - executions at most, 1 to 500.
 */
export async function nodeHistory(
  store: LineageStore,
  query: { readonly flow: string; readonly node: string; readonly limit: number },
  signal: AbortSignal,
): Promise<readonly NodeExecutionRow[]> {
  const { rows } = await store.run(
    sql<NodeExecutionRow>`${executionsOf(sql`lineage.shown_attempt`)}
      where a.flow = ${query.flow} and n.node_name = ${query.node}
      order by a.run_id desc, a.attempt desc, a.call limit ${query.limit}`,
    signal,
  );
  return rows;
}
