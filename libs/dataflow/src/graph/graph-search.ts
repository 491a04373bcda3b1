import { didYouMean } from "@weirflow/errors";
import { GraphError, listNames } from "../errors.ts";
import type { GraphInput, GraphNode } from "./graph-node.ts";

/** What nodes are looked for by; a node has to match all that is given. */
export interface NodeQuery {
  /** Tags that a node has: the value itself, or a list that holds it; `true` for any value. */
  readonly tags?: Readonly<Record<string, string | true>>;
  /** The name that the graph was given for the module. */
  readonly module?: string;
  readonly kind?: GraphNode["kind"];
}

/** Finds nodes, and the ways between them. Names are those of nodes and of inputs. */
export interface GraphSearch {
  /**
   * The nodes that match, in the order of the modules.
   *
   * @example
   * graph(shop).find({ tags: { owner: "sales" } }).map((node) => node.name);
   */
  find(query: NodeQuery): readonly GraphNode[];
  /**
   * These names and all that they need, each after what it needs.
   *
   * @throws {@link GraphError} `dag/invalid`, when nothing has one of the names.
   */
  upstream(...names: readonly string[]): readonly string[];
  /**
   * These names and all that need them, each after what it needs.
   *
   * @throws {@link GraphError} `dag/invalid`, when nothing has one of the names.
   */
  downstream(...names: readonly string[]): readonly string[];
  /**
   * All that lies on a way from one name to another, both included; nothing when there is no way.
   *
   * @throws {@link GraphError} `dag/invalid`, when nothing has one of the names.
   */
  between(from: string, to: string): readonly string[];
}

/** What is searched. */
interface Searched {
  readonly nodes: readonly GraphNode[];
  readonly inputs: readonly GraphInput[];
}

/** Searches a graph. The ways are looked up when they are first asked for: a graph that only runs pays nothing. */
export function searchGraph(searched: Searched): GraphSearch {
  let made: Ways | undefined;
  const ways = (): Ways => (made ??= waysOf(searched));
  return {
    find: (query) => searched.nodes.filter((node) => matches(node, query)),
    upstream: (...names) => {
      const { order, needs } = ways();
      const reached = reachedFrom(checked(names, order), needs);
      return order.filter((name) => reached.has(name));
    },
    downstream: (...names) => {
      const { order, takers } = ways();
      const reached = reachedFrom(checked(names, order), takers);
      return order.filter((name) => reached.has(name));
    },
    between: (from, to) => {
      const { order, needs, takers } = ways();
      checked([from, to], order);
      const above = reachedFrom([to], needs);
      const below = reachedFrom([from], takers);
      return order.filter((name) => above.has(name) && below.has(name));
    },
  };
}

function matches(node: GraphNode, { tags = {}, module, kind }: NodeQuery): boolean {
  if (kind !== undefined && node.kind !== kind) return false;
  if (module !== undefined && node.moduleName !== module) return false;
  return Object.entries(tags).every(([tag, wanted]) => {
    const has = node.options.tags?.[tag];
    if (has === undefined) return false;
    return wanted === true || (typeof has === "string" ? has === wanted : has.includes(wanted));
  });
}

type Neighbours = ReadonlyMap<string, readonly string[]>;

interface Ways {
  /** Every name after what it needs. */
  readonly order: readonly string[];
  readonly needs: Neighbours;
  readonly takers: Neighbours;
}

function waysOf({ nodes, inputs }: Searched): Ways {
  const needs = new Map<string, string[]>();
  const takers = new Map<string, string[]>();
  for (const { name } of [...inputs, ...nodes]) {
    needs.set(name, []);
    takers.set(name, []);
  }
  for (const { name, dependencies } of nodes)
    for (const dependency of dependencies) {
      needs.get(name)?.push(dependency.name);
      takers.get(dependency.name)?.push(name);
    }
  return { order: inOrder(needs, takers), needs, takers };
}

/** Takes what needs nothing more, again and again; branches that cannot be picked together may leave a cycle, which comes last. */
function inOrder(needs: Neighbours, takers: Neighbours): readonly string[] {
  const open = new Map([...needs].map(([name, all]) => [name, all.length]));
  const order = [...needs.keys()].filter((name) => open.get(name) === 0);
  for (const name of order)
    for (const taker of takers.get(name) ?? []) {
      const left = (open.get(taker) ?? 0) - 1;
      open.set(taker, left);
      if (left === 0) order.push(taker);
    }
  const placed = new Set(order);
  return [...order, ...[...needs.keys()].filter((name) => !placed.has(name))];
}

function reachedFrom(names: readonly string[], neighbours: Neighbours): ReadonlySet<string> {
  const reached = new Set(names);
  // a set hands out what is added while it is walked
  for (const name of reached) for (const next of neighbours.get(name) ?? []) reached.add(next);
  return reached;
}

function checked(names: readonly string[], there: readonly string[]): readonly string[] {
  const known = new Set(there);
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length === 0) return names;
  throw new GraphError(
    unknown.map((name) => ({
      code: "dag/unknown-node",
      message: `no node or input "${name}"${didYouMean(name, there)}`,
      node: name,
      fix: `there is ${listNames(there)}`,
    })),
  );
}
