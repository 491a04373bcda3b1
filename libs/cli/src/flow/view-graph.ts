import type { GraphDescription } from "@weirflow/contracts";
import { didYouMean } from "@weirflow/errors";
import { UsageError } from "../errors.ts";

/** Which part of a graph is shown; what is absent leaves nothing out. */
export interface GraphView {
  /** This and all that it needs. */
  readonly upstream?: string | undefined;
  /** This and all that needs it. */
  readonly downstream?: string | undefined;
  /** What lies on a way from the first to the second. */
  readonly between?: readonly [from: string, to: string] | undefined;
  /** @default true */
  readonly inputs?: boolean | undefined;
}

/**
 * The parts of graphs that are shown: of those that have the nodes that are asked for.
 *
 * @throws {@link UsageError} `cli/usage`, when no graph has them.
 */
export function viewGraphs<G extends { readonly graph: GraphDescription }>(
  graphs: readonly G[],
  view: GraphView,
): readonly G[] {
  const { upstream, downstream, between = [] } = view;
  const asked = [upstream, downstream, ...between].filter((name) => name !== undefined);
  const found = graphs.filter(({ graph: { nodes } }) =>
    asked.every((name) => nodes.some((node) => node.name === name)),
  );
  if (found.length === 0 && asked.length > 0) refuseUnknown(asked, graphs);
  return found.map((shown) => ({ ...shown, graph: viewGraph(shown.graph, view) }));
}

function refuseUnknown(
  asked: readonly string[],
  graphs: readonly { readonly graph: GraphDescription }[],
): never {
  const names = graphs.flatMap(({ graph }) => graph.nodes.map(({ name }) => name));
  const unknown = asked.find((name) => !names.includes(name));
  if (unknown === undefined)
    throw new UsageError(
      `no task has all of ${asked.map((name) => `"${name}"`).join(", ")}`,
      "ask for nodes of one task",
    );
  throw new UsageError(
    `there is no node "${unknown}"${didYouMean(unknown, names)}`,
    "`weir graph FILE` lists the nodes",
  );
}

/** The part of a graph that has the nodes that are asked for, its edges with it. */
function viewGraph(graph: GraphDescription, view: GraphView): GraphDescription {
  const { upstream, downstream, between, inputs = true } = view;
  const up = neighbours(graph.edges.map(([from, to]) => [to, from]));
  const down = neighbours(graph.edges);
  const parts = [
    ...(upstream === undefined ? [] : [reached(upstream, up)]),
    ...(downstream === undefined ? [] : [reached(downstream, down)]),
    ...(between === undefined ? [] : [reached(between[0], down), reached(between[1], up)]),
  ];
  const nodes = graph.nodes.filter(
    ({ name, kind }) => (inputs || kind !== "input") && parts.every((part) => part.has(name)),
  );
  const shown = new Set(nodes.map(({ name }) => name));
  return { nodes, edges: graph.edges.filter(([from, to]) => shown.has(from) && shown.has(to)) };
}

type Neighbours = ReadonlyMap<string, readonly string[]>;

function neighbours(edges: readonly (readonly [string, string])[]): Neighbours {
  const found = new Map<string, string[]>();
  for (const [from, to] of edges) {
    const known = found.get(from);
    if (known === undefined) found.set(from, [to]);
    else known.push(to);
  }
  return found;
}

function reached(name: string, next: Neighbours): ReadonlySet<string> {
  const names = new Set([name]);
  // a set hands out what is added while it is walked
  for (const each of names) for (const other of next.get(each) ?? []) names.add(other);
  return names;
}
