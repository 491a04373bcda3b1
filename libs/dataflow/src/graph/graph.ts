import type { ChosenPlan, Plan, UntypedPlan } from "../plan/plan.ts";
import type { Choices, ChoiceValue } from "../typed/choice-types.ts";
import type { SavingPlan } from "../typed/saver-types.ts";
import type { Merge } from "../typed/module-types.ts";
import type { Wrong } from "../typed/problem-types.ts";
import { buildGraph } from "./build-graph.ts";
import type { GraphDescription } from "./describe-graph.ts";
import type { GraphDiff } from "./graph-diff.ts";
import type { GraphInput, GraphNode } from "./graph-node.ts";
import type { GraphSearch } from "./graph-search.ts";

/** What there is to know about a graph. */
export interface GraphFacts {
  /** Every node, in the order of the modules. */
  readonly nodes: readonly GraphNode[];
  /** What nodes take and no node makes. */
  readonly inputs: readonly GraphInput[];
}

/** What every graph can tell of itself. */
export interface GraphSelf extends GraphFacts, GraphSearch {
  /** The graph as plain JSON, also for `JSON.stringify`. See {@link describeGraph} for one with code versions. */
  toJSON(): GraphDescription;
  /** What has to be done to this graph to get `other`. Code is compared by {@link diffGraphs}. */
  diff(other: GraphFacts): GraphDiff;
}

/** A graph of the nodes of some modules. */
export interface Graph<M> extends GraphSelf {
  /**
   * Plans with some choices made early: inputs of the other branches are not needed.
   *
   * @throws {@link GraphError} `dag/invalid`, with every problem of the request.
   */
  plan<const K extends keyof M & string, const C extends Choices<M>>(
    names: readonly K[],
    choices: C & { readonly [X in Exclude<keyof C, keyof Choices<M>>]: never },
  ): ChosenPlan<M, K, C>;
  /**
   * Plans to save the nodes, too: runs their savers, and gives what those return, under their names.
   *
   * @throws {@link GraphError} `dag/invalid`, with every problem of the request.
   * @example
   * const { "price.save": written } = await shop.plan(["price"], {}, { save: true }).run({ outPath: "price.csv" });
   */
  plan<const K extends keyof M & string, const C extends Choices<M>>(
    names: readonly K[],
    choices: C & { readonly [X in Exclude<keyof C, keyof Choices<M>>]: never },
    options: { readonly save: true },
  ): SavingPlan<M, K, C>;
  // last, because the compiler reports the errors of the last overload: most calls mean this one
  /**
   * Plans to compute some nodes and all that they need.
   *
   * @throws {@link GraphError} `dag/invalid`, with every problem of the request.
   */
  plan<const K extends keyof M & string>(...names: readonly K[]): Plan<M, K>;
}

/** What a plan does beside computing nodes. */
export interface PlanOptions {
  /** Whether the savers of the requested nodes are run. @default false */
  readonly save?: boolean;
}

/** A graph of modules whose types are not known. */
export interface UntypedGraph extends GraphSelf {
  /**
   * Plans to compute some nodes and all that they need, with some choices made early.
   *
   * @throws {@link GraphError} `dag/invalid`, with every problem of the request.
   */
  plan(
    names: readonly string[],
    choices?: Readonly<Record<string, ChoiceValue>>,
    options?: PlanOptions,
  ): UntypedPlan;
}

/** How a graph is built. */
export interface GraphOptions {
  /** Names of the modules, for pictures and messages: one for each. */
  readonly moduleNames?: readonly string[];
}

/**
 * The dataflow graph of function modules: every exported function is a node, its parameter keys are what it needs.
 *
 * @param modules - namespaces, e.g. of `import * as trainModel from "./train-model.ts"`.
 * @throws {@link GraphError} `dag/invalid`, with every problem: cycles, duplicates, refused parameters.
 * @example
 * const plan = graph(trainModel, evaluateModel).plan("modelResults");
 * const { modelResults } = await plan.run({ featuresPath: "features.arrow" });
 */
export function graph<const Ms extends readonly object[]>(
  ...modules: { [I in keyof Ms]: [Wrong<Ms>] extends [never] ? Ms[I] : Wrong<Ms> }
): Graph<Merge<Ms>> {
  const built = buildGraph(modules, {});
  // the types say of the same nodes what the runtime reads from them; a spread of names is one list to it
  return { ...built, plan: planOfNames(built) } as unknown as Graph<Merge<Ms>>;
}

/**
 * The same for modules that are known at run time only.
 *
 * @throws {@link GraphError} `dag/invalid`, with every problem: cycles, duplicates, refused parameters.
 * @example
 * const { total } = await graphFrom([await import(file)]).plan(["total"]).run(inputs);
 */
export function graphFrom(modules: readonly object[], options: GraphOptions = {}): UntypedGraph {
  return buildGraph(modules, options);
}

type PlanArguments =
  | readonly string[]
  | readonly [
      names: readonly string[],
      choices?: Readonly<Record<string, ChoiceValue>>,
      options?: PlanOptions,
    ];

function planOfNames(built: UntypedGraph): (...args: PlanArguments) => UntypedPlan {
  return (...args) => (hasList(args) ? built.plan(args[0], args[1], args[2]) : built.plan(args));
}

function hasList(args: PlanArguments): args is Exclude<PlanArguments, readonly string[]> {
  return Array.isArray(args[0]);
}
