import type { NodeExecution, ValueSummary } from "@weirflow/contracts";
import type { ErrorRecord } from "@weirflow/errors";
import { type RawBuilder, sql } from "kysely";

/** One node in an attempt, as it is read. */
export interface NodeExecutionRow {
  readonly runId: string;
  readonly taskRunId: string;
  readonly attempt: number;
  readonly flow: string;
  readonly call: string;
  readonly node: string;
  readonly state: NodeExecution["state"];
  /** Since the start of the attempt, microseconds. */
  readonly startUs: number;
  readonly durationUs: number;
  /** sha-256 of the code, 64 hex digits. */
  readonly codeVersion: string | null;
  /** 32 hex digits. */
  readonly cacheKey: string | null;
  readonly valueHash: string | null;
  readonly sizeBytes: number | null;
  readonly summary: ValueSummary | null;
  readonly error: ErrorRecord | null;
  readonly checks: NonNullable<NodeExecution["checks"]> | null;
  /** What the node told of its execution. */
  readonly facts: NonNullable<NodeExecution["facts"]> | null;
}

const NAME: RawBuilder<NodeExecution["state"]> = sql`case e.state
  when 's' then 'succeeded' when 'f' then 'failed' when 'c' then 'cached' when 'k' then 'skipped' else 'cancelled' end`;

/**
 * Node executions of the attempts of `attempts` (an alias `a` of rows of `lineage.attempt`), without inputs.
 * @internal
 */
export function executionsOf(attempts: RawBuilder<unknown>): RawBuilder<NodeExecutionRow> {
  return sql<NodeExecutionRow>`
    select a.run_id as "runId", a.task_run_id as "taskRunId", a.attempt, a.flow, a.call, n.node_name as node,
      ${NAME} as state, e.start_us as "startUs", e.dur_us as "durationUs",
      encode(c.code_hash, 'hex') as "codeVersion", replace(e.cache_key::text, '-', '') as "cacheKey",
      v.content_hash as "valueHash", v.size_bytes as "sizeBytes", v.summary, t.error, t.checks, t.facts
    from ${attempts} a
    join lineage.node_exec e on e.run_id = a.run_id and e.attempt_id = a.attempt_id and e.state <> 'i'
    join lineage.graph_node n on n.graph_id = a.graph_id and n.node_ix = e.node_ix
    left join lineage.code_version c using (code_id)
    left join lineage.value_version v on v.value_hash = e.value_hash
    left join lineage.node_note t on t.run_id = e.run_id and t.attempt_id = e.attempt_id and t.node_ix = e.node_ix`;
}
