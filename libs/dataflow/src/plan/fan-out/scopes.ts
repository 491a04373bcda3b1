import type { GraphProblem } from "../../graph/problem.ts";
import type { Reach, ReachedNode } from "../../graph/reach.ts";
import type { EachOptions } from "../../modifier/each.ts";

/** Where values are that belong to one item: inside a node that hands out items, and all those around it. */
export interface Scope {
  /** The node that hands out the items. */
  readonly each: string;
  readonly options: EachOptions;
  readonly outer: Scope | undefined;
  /** Fan-outs around it, itself included: from 1. */
  readonly depth: number;
}

/** Where the nodes of a reach run, and where their values are. A name that is not there is outside of all items. */
export interface Scopes {
  readonly runsIn: ReadonlyMap<string, Scope>;
  readonly valuesIn: ReadonlyMap<string, Scope>;
  /** What is gathered of the items of a scope. */
  readonly gathered: ReadonlyMap<Scope, readonly Source[]>;
  readonly problems: readonly GraphProblem[];
}

/** A value, or the lists of it that so many fan-outs gather. */
export interface Source {
  readonly name: string;
  readonly lists: number;
}

/** What {@link findScopes} looks at. */
export interface Fanned {
  readonly reach: Reach;
  /** Names of the results. */
  readonly outputs: readonly string[];
  /** Nodes that hand out items and are overridden. */
  readonly given: ReadonlyMap<string, EachOptions>;
  /** Nodes that run for items and are overridden, each with the node that hands those out. @default none */
  readonly replaced?: ReadonlyMap<string, string>;
}

/**
 * Finds which nodes run once for each item; `undefined` when nothing hands out items or gathers them.
 *
 * The nodes have to come each after all that it needs.
 */
export function findScopes({
  reach,
  outputs,
  given,
  replaced = new Map(),
}: Fanned): Scopes | undefined {
  if (given.size === 0 && !reach.nodes.some(({ node }) => node.fan !== undefined)) return undefined;
  const found = new ScopeFinder(replaced);
  for (const [each, options] of given) found.hand(each, options, undefined);
  for (const node of reach.nodes) found.place(node);
  for (const name of outputs) found.gatherAll(name);
  return found;
}

class ScopeFinder implements Scopes {
  readonly runsIn = new Map<string, Scope>();
  readonly valuesIn = new Map<string, Scope>();
  readonly gathered = new Map<Scope, Source[]>();
  readonly problems: GraphProblem[] = [];
  readonly #replaced: ReadonlyMap<string, string>;

  constructor(replaced: ReadonlyMap<string, string>) {
    this.#replaced = replaced;
  }

  hand(each: string, options: EachOptions, outer: Scope | undefined): void {
    const scope = { each, options, outer, depth: (outer?.depth ?? 0) + 1 };
    this.valuesIn.set(each, scope);
    for (const [name, source] of this.#replaced)
      if (source === each) this.valuesIn.set(name, scope);
  }

  place(reached: ReachedNode): void {
    const { name, node } = reached;
    const deepest = this.#deepestOf(reached);
    const runsIn = node.fan?.kind === "collect" ? deepest?.outer : deepest;
    if (runsIn !== undefined) this.runsIn.set(name, runsIn);
    if (node.fan?.kind === "collect") this.#collect(reached, deepest);
    if (node.fan?.kind === "each") this.hand(name, node.fan.options, runsIn);
    else if (runsIn !== undefined) this.valuesIn.set(name, runsIn);
  }

  /** Gathers a result out of all the fan-outs that it lies in. */
  gatherAll(name: string): void {
    let lists = 0;
    for (let scope = this.valuesIn.get(name); scope !== undefined; scope = scope.outer)
      this.#gather(scope, { name, lists: lists++ });
  }

  #collect({ name, node }: ReachedNode, deepest: Scope | undefined): void {
    if (deepest === undefined) this.problems.push(nothingToCollect(name));
    else
      for (const dependency of node.dependencies)
        if (this.valuesIn.get(dependency.name) === deepest)
          this.#gather(deepest, { name: dependency.name, lists: 0 });
  }

  #gather(scope: Scope, source: Source): void {
    const known = this.gathered.get(scope) ?? [];
    if (!known.some(({ name, lists }) => name === source.name && lists === source.lists))
      known.push(source);
    this.gathered.set(scope, known);
  }

  #deepestOf({ name, node }: ReachedNode): Scope | undefined {
    let deepest: Scope | undefined;
    for (const dependency of node.dependencies) {
      const scope = this.valuesIn.get(dependency.name);
      if (scope === undefined) continue;
      const [inner, outer] =
        deepest === undefined || scope.depth > deepest.depth ? [scope, deepest] : [deepest, scope];
      if (outer !== undefined && scopeAt(inner, outer.depth) !== outer)
        this.problems.push(crossed(name, inner.each, outer.each));
      deepest = inner;
    }
    return deepest;
  }
}

/** The nodes for whose items a node runs, outermost first; `undefined` for a node that runs once. */
export function scopeNames(
  scopes: Scopes | undefined,
  name: string,
): readonly string[] | undefined {
  const names: string[] = [];
  for (let scope = scopes?.runsIn.get(name); scope !== undefined; scope = scope.outer)
    names.unshift(scope.each);
  return names.length === 0 ? undefined : names;
}

/** The scope around `scope` that lies in so many fan-outs, itself included. */
export function scopeAt(scope: Scope, depth: number): Scope {
  let at = scope;
  while (at.outer !== undefined && at.depth > depth) at = at.outer;
  return at;
}

function crossed(name: string, one: string, other: string): GraphProblem {
  return {
    code: "dag/crossed-fan-outs",
    message: `node "${name}" takes items of "${one}" and items of "${other}", which do not belong together`,
    node: name,
    fix: `collect one of them first, or let "${other}" take "${one}" so that its items lie inside`,
  };
}

function nothingToCollect(name: string): GraphProblem {
  return {
    code: "dag/nothing-to-collect",
    message: `node "${name}" collects, but nothing that it takes comes from an each`,
    node: name,
    fix: "leave out `collect`, or let it take a node that runs for each item",
  };
}
