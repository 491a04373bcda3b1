import type { JsonObject } from "@weirflow/contracts";
import { sql } from "kysely";
import { hashId } from "../content-hash.ts";
import type { LineageStore } from "../lineage-store.ts";

/** All that it takes to make a value again. */
export interface Reproduction {
  readonly runId: string;
  readonly taskRunId: string;
  readonly attempt: number;
  readonly flow: string;
  /** The flow version, 64 hex digits. */
  readonly version: string;
  readonly call: string;
  readonly node: string;
  readonly gitCommit: string | null;
  readonly graphHash: string;
  readonly codeVersion: string | null;
  readonly configs: Readonly<Record<string, { readonly name: string; readonly version: number }>>;
  /** Content hashes of the task's inputs, by name. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly backend: JsonObject | null;
}

/**
 * How a value was made: the first accepted attempt that made it, with code, configs and input hashes.
 *
 * @returns `undefined` for a value that is unknown, or that no node made.
 */
export async function reproduce(
  store: LineageStore,
  valueHash: string,
  signal: AbortSignal,
): Promise<Reproduction | undefined> {
  const { rows } = await store.run(
    sql<Reproduction>`
      select a.run_id as "runId", a.task_run_id as "taskRunId", a.attempt, a.flow,
        encode(a.flow_version, 'hex') as version, a.call, n.node_name as node, a.git_commit as "gitCommit",
        encode(g.graph_hash, 'hex') as "graphHash", encode(c.code_hash, 'hex') as "codeVersion", a.configs, a.backend,
        coalesce((
          select jsonb_object_agg(i.node_name, iv.content_hash)
          from lineage.node_exec e
          join lineage.graph_node i on i.graph_id = a.graph_id and i.node_ix = e.node_ix
          join lineage.value_version iv on iv.value_hash = e.value_hash
          where e.run_id = a.run_id and e.attempt_id = a.attempt_id and e.state = 'i'), '{}') as inputs
      from lineage.value_version v
      join lineage.attempt a on a.attempt_id = v.made_by
      join lineage.graph_version g using (graph_id)
      join lineage.graph_node n on n.graph_id = a.graph_id and n.node_ix = v.made_by_node
      left join lineage.code_version c using (code_id)
      where v.value_hash = ${hashId(valueHash)}::uuid`,
    signal,
  );
  return rows[0];
}
