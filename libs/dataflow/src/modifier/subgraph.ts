import type { SubgraphInstance } from "../node/spec.ts";
import type { NodeContext } from "../node-context.ts";
import type { PlanInputs } from "../plan/plan.ts";
import type { Choices, ChoiceValue, Narrow } from "../typed/choice-types.ts";
import type { SaverNodes } from "../typed/saver-types.ts";
import type { FanInside, Gathered } from "../typed/fan-types.ts";
import type { External } from "../typed/input-types.ts";
import type { LeadsInside } from "../typed/inside-types.ts";
import type { Fn, Merge } from "../typed/module-types.ts";
import { type Binding, type BindingsOf, type Bound, value } from "./bind.ts";
import { wholeNode } from "./whole.ts";

/** How some modules stand in another graph. */
export interface SubgraphOptions<I, C> {
  /** What the names of the inner nodes begin with: `left` makes `left.rows`. One for each use of the modules. */
  readonly namespace: string;
  /** What stands for names that the modules take from outside, as in `bind`; others are names of the outer graph. */
  readonly inputs?: I;
  /** Choices of the modules that are made here. */
  readonly config?: C;
}

/** The nodes of one module or of several. */
export type SubgraphModules<M> = M extends readonly object[] ? Merge<M> : Merge<[M]>;

/** What the nodes of modules, and their savers, take from outside. */
type OutsideOf<M> = WithSavers<M> extends infer N ? External<N, keyof N> : never;

type WithSavers<M> = M & SaverNodes<M, keyof M>;

/** A node of a subgraph: takes what it and the inner nodes above it need from outside. */
export type SubgraphNode<M, K, I, C> = ((
  deps: Bound<PlanInputs<Narrow<M, C>, K, keyof C>, I>,
  context?: NodeContext,
) => Promise<Gathered<Narrow<M, C>, K>>) &
  FanInside<Narrow<M, C>, K> &
  LeadsInside<Narrow<M, C>, I, C>;

/** The nodes of a subgraph, by their names inside. */
export type SubgraphNodes<M, I, C> = {
  readonly [K in keyof M & string]: SubgraphNode<M, K, I, C>;
};

/**
 * Puts modules into a graph as a part of it, as often as you like: each time under a namespace, with inputs and choices
 * of its own. Its nodes are nodes of the graph, named `namespace.node`; those that are exported are also nodes by the
 * name of the export. Subgraphs nest: `outer.inner.node`.
 *
 * Called directly, a node computes all that it needs and gives a promise.
 *
 * @example
 * export const { trainRows, testRows } = subgraph([splitting], {
 *   namespace: "left",
 *   inputs: { rows: "leftRows", ratio: value(0.8) },
 *   config: { mode: "fast" },
 * });
 */
export function subgraph<
  const Ms extends object,
  const I extends Readonly<Record<string, Binding>> = {},
  const C extends Choices<SubgraphModules<Ms>> = {},
>(
  modules: Ms,
  options: SubgraphOptions<
    BindingsOf<(deps: OutsideOf<SubgraphModules<Ms>>) => unknown, I>,
    C & { readonly [X in Exclude<keyof C, keyof Choices<SubgraphModules<Ms>>>]: never }
  >,
): SubgraphNodes<SubgraphModules<Ms>, I, C> {
  const instance = instanceOf(modules, options);
  const made = new Map<string, Fn>();
  const innerNode = (name: string): Fn => {
    const known = made.get(name) ?? nodeOf(instance, name);
    made.set(name, known);
    return known;
  };
  // which nodes there are is known to the type: one is made when it is taken
  return new Proxy(Object.freeze({}), {
    get: (_, name) => (typeof name === "string" ? innerNode(name) : undefined),
  }) as SubgraphNodes<SubgraphModules<Ms>, I, C>;
}

function instanceOf(
  modules: object,
  {
    namespace,
    inputs = {},
    config = {},
  }: SubgraphOptions<Readonly<Record<string, Binding>>, Readonly<Record<string, ChoiceValue>>>,
): SubgraphInstance {
  const chosen = Object.entries(config).map(([key, choice]) => [key, value(choice)] as const);
  return {
    modules: Array.isArray(modules) ? modules : [modules],
    namespace,
    bindings: { ...inputs, ...Object.fromEntries(chosen) },
    config,
  };
}

/** A node that leads to the inner one of a name. */
function nodeOf(instance: SubgraphInstance, node: string): Fn {
  return wholeNode((inputsOf) => ({ kind: "inner", instance, node, inputsOf }));
}
