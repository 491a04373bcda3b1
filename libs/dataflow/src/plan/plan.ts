import type { GraphInput, GraphNode } from "../graph/graph-node.ts";
import type { GraphProblem } from "../graph/problem.ts";
import type { ChoiceKeys, Narrow } from "../typed/choice-types.ts";
import type { Gathered, Replacing } from "../typed/fan-types.ts";
import type { InputsFor, Upstream } from "../typed/input-types.ts";
import type { NodeAt, Show } from "../typed/module-types.ts";
import type { RunOptions } from "./plugin.ts";
import type { Values } from "./run-inputs.ts";
import type { Settled } from "./settled.ts";

/** What there is to know about a plan before it runs. */
export interface PlanFacts {
  /** The requested nodes. */
  readonly names: readonly string[];
  /** All nodes that may run, each after all that it needs. */
  readonly nodes: readonly GraphNode[];
  /** What the caller supplies. */
  readonly inputs: readonly GraphInput[];
  /** Choices that were made when planning, by key. */
  readonly choices: Values;
  /**
   * All that is wrong with these inputs and overrides, without running anything; nothing when a run may start.
   *
   * @example
   * const problems = plan.validate({ featurePath: "features.arrow" });
   */
  validate(inputs: Values, options?: { readonly overrides?: Values }): readonly GraphProblem[];
}

/** How a plan runs, and values that replace what nodes would make. */
export interface UntypedRunOptions extends RunOptions {
  readonly overrides?: Values | undefined;
}

/** A plan of a graph whose types are not known. */
export interface UntypedPlan extends PlanFacts {
  /**
   * Computes the requested nodes.
   *
   * @throws {@link GraphError} `dag/invalid`, before anything runs, with every problem of the inputs.
   * @throws {@link NodeError} `dag/node-failed`, once the other nodes that ran have settled.
   * @throws {@link RunCancelledError} `dag/cancelled`, at once.
   */
  run(inputs?: Values, options?: UntypedRunOptions): Promise<Values>;
  /**
   * The same at once, for graphs whose nodes return no promises.
   *
   * @throws {@link AsyncNodeError} `dag/async-node`, when a node returns a promise.
   */
  runSync(inputs?: Values, options?: UntypedRunOptions): Values;
}

/** What a plan of the nodes `K` takes: what their upstream needs, less what was chosen when planning. */
export type PlanInputs<M, K, Fixed extends PropertyKey = never> = [Fixed] extends [never]
  ? InputsFor<M, K>
  : Show<{ [P in keyof InputsFor<M, K> as P extends Fixed ? never : P]: InputsFor<M, K>[P] }>;

/** What a plan of the nodes `K` gives. */
export type Results<M, K> = { readonly [N in K & string]: Gathered<M, N> };

/** How a typed plan runs, and values that replace what the nodes `Cut` would make. */
export interface PlanRunOptions<Made, Cut extends keyof Made> extends RunOptions {
  readonly overrides?: { readonly [N in Cut]?: Made[N] };
}

/**
 * The nodes `K` and all that they need, ready to run as often as you like.
 *
 * An interface, so that its members are typed once `K` is known and not before: as an alias it took a minute of
 * type-checking at 1,000 nodes.
 *
 * @example
 * const { modelResults } = await plan.run({ featuresPath }, { overrides: { seed: 7 }, signal });
 */
export interface Plan<M, K, Fixed extends PropertyKey = never> extends PlanFacts {
  /** Computes the requested nodes. See {@link UntypedPlan.run}. */
  readonly run: PlanRun<PlanInputs<M, K, Fixed>, Made<M, K>, Promise<Results<M, K>>>;
  /** The same at once. See {@link UntypedPlan.runSync}. */
  readonly runSync: PlanRun<PlanInputs<M, K, Fixed>, Made<M, K>, Results<M, K>>;
}

/** What the nodes upstream of `K` make; of one that hands out items, all of them. */
export type Made<M, K> = {
  readonly [N in Upstream<M, K> & string]: Replacing<NodeAt<M, N>>;
};

/** Runs a plan that takes `In`: nothing at all, where no input is required. */
export type PlanRun<In, Made, Out> = {} extends In
  ? FreeRun<In, Made, Out>
  : BoundRun<In, Made, Out>;

/** Runs a plan that needs no input. */
export interface FreeRun<In, Made, Out> {
  <const Cut extends keyof Made = never>(
    inputs: In | undefined,
    options: PlanRunOptions<Made, Cut> & GoingOn,
  ): SettledOut<Out>;
  <const Cut extends keyof Made = never>(
    inputs?: In,
    options?: PlanRunOptions<Made, Cut> & Ending,
  ): Out;
}

/**
 * Runs a plan that needs inputs. With overrides, inputs may be left out: those that only overridden nodes need are not
 * missed, and any other is reported when the run starts.
 */
export interface BoundRun<In, Made, Out> {
  <const Cut extends keyof Made = never>(
    inputs: NeededInputs<In, Cut>,
    options: PlanRunOptions<Made, Cut> & GoingOn,
  ): SettledOut<Out>;
  <const Cut extends keyof Made = never>(
    inputs: NeededInputs<In, Cut>,
    options?: PlanRunOptions<Made, Cut> & Ending,
  ): Out;
}

/** A run that goes on after failures. */
export interface GoingOn {
  readonly onError: "continue";
}

/** A run that a failure ends. */
export interface Ending {
  readonly onError?: "fail" | undefined;
}

/** What a run gives that goes on after failures. */
export type SettledOut<Out> =
  Out extends Promise<infer R> ? Promise<SettledResults<R>> : SettledResults<Out>;

/** What became of each requested node. */
export type SettledResults<R> = { readonly [N in keyof R]: Settled<R[N]> };

/** The inputs of a run that overrides the nodes `Cut`. */
export type NeededInputs<In, Cut> = [Cut] extends [never] ? In : Partial<In>;

/** A plan after the choices `C` were made. */
export type ChosenPlan<M, K, C> =
  Narrow<M, C> extends infer N
    ? Plan<N, K, Extract<keyof C, ChoiceKeys<M, Upstream<M, K>>>>
    : never;
