import type { GraphDescription, GraphNodeDescription } from "./describe-graph.ts";

/** What differs between two graphs. Names are sorted. */
export interface GraphDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Nodes in both whose code versions differ, as far as both graphs know them. */
  readonly changedCode: readonly string[];
  /** Nodes in both that need other values now. */
  readonly changedEdges: readonly ChangedEdges[];
}

/** How the needs of a node differ. */
export interface ChangedEdges {
  readonly name: string;
  /** What it needs now; a question mark behind what it can do without. */
  readonly added: readonly string[];
  /** What it needed before. */
  readonly removed: readonly string[];
}

/**
 * What has to be done to the first graph to get the second.
 *
 * @example
 * const { changedCode } = diffGraphs(describeGraph(before, versions), describeGraph(after, versions));
 */
export function diffGraphs(before: GraphDescription, after: GraphDescription): GraphDiff {
  const old = byName(before);
  const now = byName(after);
  const both = [...now.keys()].filter((name) => old.has(name)).sort();
  return {
    added: [...now.keys()].filter((name) => !old.has(name)).sort(),
    removed: [...old.keys()].filter((name) => !now.has(name)).sort(),
    changedCode: both.filter((name) => hasOtherCode(old.get(name), now.get(name))),
    changedEdges: both.flatMap((name) => changedEdges(name, old.get(name), now.get(name))),
  };
}

/** Whether nothing differs. */
export function isSameGraph(diff: GraphDiff): boolean {
  return Object.values(diff).every((part: readonly unknown[]) => part.length === 0);
}

function byName({ nodes }: GraphDescription): ReadonlyMap<string, GraphNodeDescription> {
  return new Map(nodes.map((node) => [node.name, node]));
}

type Described = GraphNodeDescription | undefined;

function hasOtherCode(old: Described, now: Described): boolean {
  if (old?.kind !== now?.kind) return true;
  return (
    old?.codeVersion !== undefined &&
    now?.codeVersion !== undefined &&
    old.codeVersion !== now.codeVersion
  );
}

function changedEdges(name: string, old: Described, now: Described): readonly ChangedEdges[] {
  const before = needsOf(old);
  const after = needsOf(now);
  const added = after.filter((need) => !before.includes(need)).sort();
  const removed = before.filter((need) => !after.includes(need)).sort();
  return added.length + removed.length === 0 ? [] : [{ name, added, removed }];
}

function needsOf(node: Described): readonly string[] {
  return (node?.dependencies ?? []).map((need) => (need.required ? need.name : `${need.name}?`));
}
