import { sql } from "kysely";
import type { LineageStore } from "../lineage-store.ts";

/** One node of an attempt, with what it needs. */
export interface GraphExecution {
  readonly ix: number;
  readonly node: string;
  readonly deps: readonly number[];
  readonly codeVersion: string | null;
  readonly valueHash: string | null;
  /** Whether it has a value: it was executed or supplied. */
  readonly hasRun: boolean;
}

/** An attempt as a graph of what it made. */
export interface AttemptGraph {
  readonly attemptId: number;
  readonly runId: string;
  readonly taskRunId: string;
  readonly attempt: number;
  readonly call: string;
  readonly nodes: ReadonlyMap<number, GraphExecution>;
}

/** A node of an attempt. */
export interface GraphPoint {
  readonly attemptId: number;
  readonly ix: number;
}

type Row = Omit<AttemptGraph, "nodes"> & GraphExecution;

/** Loads attempts with their graphs and values. */
export async function loadAttemptGraphs(
  store: LineageStore,
  attemptIds: readonly number[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, AttemptGraph>> {
  const { rows } = await store.run(
    sql<Row>`
      select a.attempt_id as "attemptId", a.run_id as "runId", a.task_run_id as "taskRunId", a.attempt, a.call,
        n.node_ix as ix, n.node_name as node, n.deps, encode(c.code_hash, 'hex') as "codeVersion",
        v.content_hash as "valueHash", e.node_ix is not null as "hasRun"
      from lineage.attempt a
      join lineage.graph_node n using (graph_id)
      left join lineage.code_version c using (code_id)
      left join lineage.node_exec e
        on e.run_id = a.run_id and e.attempt_id = a.attempt_id and e.node_ix = n.node_ix
      left join lineage.value_version v on v.value_hash = e.value_hash
      where a.attempt_id = any(${[...attemptIds]}::bigint[])
      order by a.attempt_id, n.node_ix`,
    signal,
  );
  const graphs = new Map<number, AttemptGraph & { readonly nodes: Map<number, GraphExecution> }>();
  for (const { attemptId, runId, taskRunId, attempt, call, ...node } of rows) {
    const known = graphs.get(attemptId) ?? {
      attemptId,
      runId,
      taskRunId,
      attempt,
      call,
      nodes: new Map(),
    };
    known.nodes.set(node.ix, node);
    graphs.set(attemptId, known);
  }
  return graphs;
}

/** The nodes in other attempts that made the inputs of these attempts. */
export async function linksInto(
  store: LineageStore,
  attemptIds: readonly number[],
  signal: AbortSignal,
): Promise<readonly { readonly to: GraphPoint; readonly from: GraphPoint }[]> {
  const { rows } = await store.run(
    sql<LinkRow>`${LINKS} where l.attempt_id = any(${[...attemptIds]}::bigint[])
      and l.run_id in (select run_id from lineage.attempt where attempt_id = any(${[...attemptIds]}::bigint[]))`,
    signal,
  );
  return rows.map(linkOf);
}

/** The inputs of other attempts that these attempts made. */
export async function linksOutOf(
  store: LineageStore,
  attemptIds: readonly number[],
  signal: AbortSignal,
): Promise<readonly { readonly to: GraphPoint; readonly from: GraphPoint }[]> {
  const { rows } = await store.run(
    sql<LinkRow>`${LINKS}
      join lineage.attempt dst on dst.attempt_id = l.attempt_id and dst.state <> 's'
      where src.attempt_id = any(${[...attemptIds]}::bigint[])`,
    signal,
  );
  return rows.map(linkOf);
}

interface LinkRow {
  readonly toAttempt: number;
  readonly toIx: number;
  readonly fromAttempt: number;
  readonly fromIx: number;
}

const LINKS = sql`
  select l.attempt_id as "toAttempt", l.node_ix as "toIx", src.attempt_id as "fromAttempt", n.node_ix as "fromIx"
  from lineage.run_link l
  join lineage.attempt src on src.task_run_id = l.src_task_run and src.attempt = l.src_attempt
  join lineage.graph_node n on n.graph_id = src.graph_id and n.node_name = l.src_output`;

function linkOf(row: LinkRow): { readonly to: GraphPoint; readonly from: GraphPoint } {
  return {
    to: { attemptId: row.toAttempt, ix: row.toIx },
    from: { attemptId: row.fromAttempt, ix: row.fromIx },
  };
}
