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
 * The part of a graph that is shown, its edges with it.
 *
 * @throws {@link UsageError} `cli/usage`, when nothing has a name that is asked for.
 */
export function viewGraph(graph: GraphDescription, view: GraphView): GraphDescription {
  const { upstream, downstream, between, inputs = true } = view;
  const up = neighbours(graph.edges.map(([from, to]) => [to, from]));
  const down = neighbours(graph.edges);
  const parts = [
    ...(upstream === undefined ? [] : [reached(known(graph, upstream), up)]),
    ...(downstream === undefined ? [] : [reached(known(graph, downstream), down)]),
    ...(between === undefined
      ? []
      : [reached(known(graph, between[0]), down), reached(known(graph, between[1]), up)]),
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

function known({ nodes }: GraphDescription, name: string): string {
  const names = nodes.map((node) => node.name);
  if (names.includes(name)) return name;
  throw new UsageError(
    `there is no node "${name}"${didYouMean(name, names)}`,
    "`weir graph FILE` lists the nodes",
  );
}
