import { sql } from "kysely";
import type { LineageStore } from "../lineage-store.ts";
import { type Cause, classify, isRootCause, type NodeSide } from "./classify.ts";

/** One node of two runs. */
export interface NodeDifference {
  readonly call: string;
  readonly node: string;
  readonly cause: Cause;
  /** Whether the difference begins here. */
  readonly isRootCause: boolean;
  readonly leftValueHash: string | null;
  readonly rightValueHash: string | null;
}

/** Two runs, and what the caller knows of their inputs. */
export interface Comparison {
  readonly left: string;
  readonly right: string;
  /** Inputs that the flow reads from config documents, as `call/input`: they differ by CONFIG, not by INPUT. */
  readonly configInputs?: ReadonlySet<string>;
}

interface SideRow {
  readonly runId: string;
  readonly call: string;
  readonly node: string;
  readonly isInput: boolean;
  readonly codeVersion: string | null;
  readonly cacheKey: string | null;
  readonly valueHash: string | null;
  readonly isLinked: boolean;
}

/**
 * Why two runs differ: each node of both, by call and name, with the cause. Compares the attempts that
 * {@link nodeExecutions} shows.
 *
 * @returns every node, also those that are the same, in the order of the newer graph.
 * @example
 * const nodes = await whyDifferent(store, { left, right }, signal);
 * const roots = nodes.filter((node) => node.isRootCause);
 */
export async function whyDifferent(
  store: LineageStore,
  { left, right, configInputs = new Set() }: Comparison,
  signal: AbortSignal,
): Promise<readonly NodeDifference[]> {
  const rows = await sideRows(store, [left, right], signal);
  const sides = (runId: string): Map<string, SideRow> =>
    new Map(
      rows.filter((row) => row.runId === runId).map((row) => [`${row.call}/${row.node}`, row]),
    );
  const [lefts, rights] = [sides(left), sides(right)];
  const names = new Map([...lefts, ...rights]);
  return [...names].map(([name, { call, node }]) => {
    const [before, after] = [lefts.get(name), rights.get(name)];
    const isConfig = configInputs.has(name);
    const cause = classify(sideOf(before, isConfig), sideOf(after, isConfig));
    return {
      call,
      node,
      cause,
      isRootCause: isRootCause(cause),
      leftValueHash: before?.valueHash ?? null,
      rightValueHash: after?.valueHash ?? null,
    };
  });
}

function sideOf(row: SideRow | undefined, isConfig: boolean): NodeSide | undefined {
  if (row === undefined) return undefined;
  const { isInput, codeVersion, cacheKey, valueHash, isLinked } = row;
  return { kind: isInput ? "input" : "node", codeVersion, cacheKey, valueHash, isLinked, isConfig };
}

/** Nodes that were not reached have a row too: without a value. Inputs that were not supplied have none. */
async function sideRows(
  store: LineageStore,
  runIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly SideRow[]> {
  const { rows } = await store.run(
    sql<SideRow>`
      select a.run_id as "runId", a.call, n.node_name as node, coalesce(e.state = 'i', n.kind = 'i') as "isInput",
        encode(c.code_hash, 'hex') as "codeVersion", e.cache_key::text as "cacheKey", v.content_hash as "valueHash",
        exists (select 1 from lineage.run_link l
          where l.run_id = a.run_id and l.attempt_id = a.attempt_id and l.node_ix = n.node_ix) as "isLinked"
      from lineage.shown_attempt a
      join lineage.graph_node n on n.graph_id = a.graph_id
      left join lineage.node_exec e
        on e.run_id = a.run_id and e.attempt_id = a.attempt_id and e.node_ix = n.node_ix
      left join lineage.code_version c using (code_id)
      left join lineage.value_version v on v.value_hash = e.value_hash
      where a.run_id = any(${[...runIds]}::uuid[]) and (e.node_ix is not null or n.kind = 'f')
      order by a.started_at, a.call, n.node_ix`,
    signal,
  );
  return rows;
}
