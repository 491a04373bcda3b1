import { sql } from "kysely";
import { hashId } from "../content-hash.ts";
import type { LineageStore } from "../lineage-store.ts";
import {
  type AttemptGraph,
  type GraphExecution,
  type GraphPoint,
  linksInto,
  linksOutOf,
  loadAttemptGraphs,
} from "./attempt-graph.ts";

/** A node on the way from or to a value. */
export interface LineageStep {
  readonly runId: string;
  readonly taskRunId: string;
  readonly attempt: number;
  readonly call: string;
  readonly node: string;
  readonly valueHash: string | null;
  readonly codeVersion: string | null;
  /** Edges between the value and this node, at least 0. */
  readonly depth: number;
}

/** A value, and how far to go. */
export interface WalkQuery {
  readonly valueHash: string;
  /** Steps at most. @default 10_000 */
  readonly limit?: number;
}

interface Direction {
  readonly neighbours: (graph: AttemptGraph) => (ix: number) => readonly number[];
  readonly links: (
    attemptIds: readonly number[],
  ) => Promise<ReadonlyMap<string, readonly GraphPoint[]>>;
}

/**
 * What a value was made from: the node that made it, then everything that went in, over all tasks and runs, nearest first.
 *
 * @returns an empty list for a value that is unknown.
 */
export async function upstream(
  store: LineageStore,
  query: WalkQuery,
  signal: AbortSignal,
): Promise<readonly LineageStep[]> {
  const starts = await makersOf(store, query.valueHash, signal);
  return await walk(
    store,
    { starts, limit: query.limit ?? 10_000, signal },
    {
      neighbours: (graph) => (ix) => graph.nodes.get(ix)?.deps ?? [],
      links: async (ids) =>
        group(await linksInto(store, ids, signal), ({ to, from }) => [to, from]),
    },
  );
}

/**
 * What was made from a value, over all tasks and runs, nearest first: its blast radius.
 *
 * @returns the node that made it and the inputs that hold it have depth 0.
 */
export async function downstream(
  store: LineageStore,
  query: WalkQuery,
  signal: AbortSignal,
): Promise<readonly LineageStep[]> {
  const makers = await makersOf(store, query.valueHash, signal);
  const readers = await readersOf(store, query.valueHash, signal);
  return await walk(
    store,
    { starts: [...makers, ...readers], limit: query.limit ?? 10_000, signal },
    {
      neighbours: consumersIn,
      links: async (ids) =>
        group(await linksOutOf(store, ids, signal), ({ to, from }) => [from, to]),
    },
  );
}

interface Walk {
  readonly starts: readonly GraphPoint[];
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** Breadth first; one round of statements per level that reaches attempts not seen before. */
async function walk(
  store: LineageStore,
  { starts, limit, signal }: Walk,
  { neighbours, links }: Direction,
): Promise<readonly LineageStep[]> {
  const graphs = new Map<number, AttemptGraph>();
  const nexts = new Map<number, (ix: number) => readonly number[]>();
  const across = new Map<string, readonly GraphPoint[]>();
  const seen = new Set<string>();
  const steps: LineageStep[] = [];
  let level: readonly GraphPoint[] = starts;
  for (let depth = 0; level.length > 0 && steps.length < limit; depth++) {
    const unseen = unseenOf(level, seen);
    const missing = [...new Set(unseen.map(({ attemptId }) => attemptId))].filter(
      (id) => !graphs.has(id),
    );
    if (missing.length > 0) {
      for (const [id, graph] of await loadAttemptGraphs(store, missing, signal)) {
        graphs.set(id, graph);
        nexts.set(id, neighbours(graph));
      }
      for (const [key, points] of await links(missing)) across.set(key, points);
    }
    const reached = unseen.flatMap((point) => executedAt(point, graphs.get(point.attemptId)));
    steps.push(...reached.map(({ graph, execution }) => stepOf(graph, execution, depth)));
    level = reached.flatMap(({ point }) => [
      ...(nexts.get(point.attemptId)?.(point.ix) ?? []).map((ix) => ({
        attemptId: point.attemptId,
        ix,
      })),
      ...(across.get(pointKey(point)) ?? []),
    ]);
  }
  return steps.slice(0, limit);
}

/** Points that were not reached before, each once; marks them. */
function unseenOf(points: readonly GraphPoint[], seen: Set<string>): readonly GraphPoint[] {
  return points.filter((point) => {
    const key = pointKey(point);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function executedAt(point: GraphPoint, graph: AttemptGraph | undefined) {
  const execution = graph?.nodes.get(point.ix);
  if (graph === undefined || execution?.hasRun !== true) return [];
  return [{ point, graph, execution }];
}

function stepOf(graph: AttemptGraph, execution: GraphExecution, depth: number): LineageStep {
  const { runId, taskRunId, attempt, call } = graph;
  const { node, valueHash, codeVersion } = execution;
  return { runId, taskRunId, attempt, call, node, valueHash, codeVersion, depth };
}

function consumersIn(graph: AttemptGraph): (ix: number) => readonly number[] {
  const consumers = new Map<number, number[]>();
  for (const { ix, deps } of graph.nodes.values())
    for (const dep of deps) consumers.set(dep, [...(consumers.get(dep) ?? []), ix]);
  return (ix) => consumers.get(ix) ?? [];
}

function group<T>(
  links: readonly T[],
  ends: (link: T) => readonly [GraphPoint, GraphPoint],
): ReadonlyMap<string, readonly GraphPoint[]> {
  const grouped = new Map<string, GraphPoint[]>();
  for (const [near, far] of links.map(ends))
    grouped.set(pointKey(near), [...(grouped.get(pointKey(near)) ?? []), far]);
  return grouped;
}

function pointKey({ attemptId, ix }: GraphPoint): string {
  return `${attemptId}/${ix}`;
}

async function makersOf(
  store: LineageStore,
  valueHash: string,
  signal: AbortSignal,
): Promise<readonly GraphPoint[]> {
  const { rows } = await store.run(
    sql<GraphPoint>`
      select made_by as "attemptId", made_by_node as ix from lineage.value_version
      where value_hash = ${hashId(valueHash)}::uuid and made_by is not null`,
    signal,
  );
  return rows;
}

async function readersOf(
  store: LineageStore,
  valueHash: string,
  signal: AbortSignal,
): Promise<readonly GraphPoint[]> {
  const { rows } = await store.run(
    sql<GraphPoint>`
      select e.attempt_id as "attemptId", e.node_ix as ix from lineage.node_exec e
      join lineage.attempt a on a.attempt_id = e.attempt_id and a.state <> 's'
      where e.value_hash = ${hashId(valueHash)}::uuid and e.state = 'i'
      order by e.run_id desc limit 1000`,
    signal,
  );
  return rows;
}
