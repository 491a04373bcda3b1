import type { GraphNode } from "../graph/graph-node.ts";
import type { NodeContext } from "../node-context.ts";
import type { ThreadRunner } from "./thread-call.ts";
import type { NodeFacts } from "../node-facts.ts";

/** One execution of a node, as plugins see it. */
export interface NodeCall {
  readonly node: GraphNode;
  /** The run that it belongs to: one object for all of its calls, so that a plugin can keep what it knows of a run. */
  readonly run: RunStart;
  /** What the node takes, by name. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The branches that were taken, e.g. `task=regression`; empty for a node without choices. */
  readonly variant: string;
  /** Indices of the items that it runs for, from 0, those of outer fan-outs first; absent for a node that runs once. */
  readonly items?: readonly number[] | undefined;
  readonly context: NodeContext;
}

/** A node is about to run. */
export interface NodeStart {
  readonly call: NodeCall;
  /** Microseconds since the start of the run. */
  readonly startUs: number;
}

/** How the execution of a node ended. */
export interface NodeEnd extends NodeStart {
  readonly durationUs: number;
  /**
   * `cached`: a plugin gave the value, and the function did not run. `skipped`: a node before it failed in a run that
   * goes on; it never started.
   */
  readonly state: "succeeded" | "cached" | "failed" | "cancelled" | "skipped";
  /** What the node made; absent when it failed. */
  readonly value?: unknown;
  /** What it threw; of a node that was skipped, the failure before it. */
  readonly error?: unknown;
  /** What it told by `context.record`; absent when nothing. */
  readonly facts?: NodeFacts;
}

/** The outcome of one check of one value. */
export interface CheckOutcome {
  readonly node: GraphNode;
  readonly name: string;
  readonly ok: boolean;
  readonly level: "warn" | "fail";
  /** Why the value is not fine. */
  readonly message?: string;
}

/** A run is about to begin. */
export interface RunStart {
  /** The nodes that will run, each after all that it needs. */
  readonly nodes: readonly GraphNode[];
  /** Inputs and overrides, by name. */
  readonly given: Readonly<Record<string, unknown>>;
}

/** A run has ended. */
export interface RunEnd {
  /** The same object as at its start, and in each call. */
  readonly run: RunStart;
  /** Microseconds that it took. */
  readonly durationUs: number;
  /** A run that goes on after failures has succeeded. */
  readonly state: "succeeded" | "failed" | "cancelled";
  /** What it is rejected with; absent when it has succeeded. */
  readonly error?: unknown;
}

/**
 * Watches or changes how nodes run.
 *
 * Hooks are cheap and only watch; `around` wraps each execution, the first plugin outermost. It calls `next` at most
 * once and returns its result, another value, or a promise of one.
 *
 * What `around` throws fails the node. What `onRunStart` throws refuses the run. What another hook throws fails the run
 * with {@link PluginError} `dag/plugin-failed`, also one that goes on after failures.
 *
 * @example
 * const timing: Plugin = { name: "timing", onNodeEnd: ({ call, durationUs }) => console.log(call.node.name, durationUs) };
 */
export interface Plugin {
  readonly name: string;
  readonly around?: (call: NodeCall, next: () => unknown) => unknown;
  readonly onRunStart?: (start: RunStart) => void;
  readonly onNodeStart?: (start: NodeStart) => void;
  readonly onNodeEnd?: (end: NodeEnd) => void;
  readonly onCheck?: (outcome: CheckOutcome) => void;
  /** Told once, also when `onRunStart` of a plugin has thrown. What was pending in a cancelled run ends later. */
  readonly onRunEnd?: (end: RunEnd) => void;
}

/** What a failed node does to its run. */
export type OnError = "fail" | "continue";

/** How a plan runs. */
export interface RunOptions {
  /** Ends the run early: no further node starts, and those that run see their signal aborted. */
  readonly signal?: AbortSignal | undefined;
  readonly plugins?: readonly Plugin[] | undefined;
  /**
   * What a failed node does to the run: `fail` ends it, `continue` leaves out what needs the node, and results are
   * {@link Settled}. @default "fail"
   */
  readonly onError?: OnError | undefined;
  /** Promises pending at once; less than 1 counts as 1. @default 16 */
  readonly concurrency?: number | undefined;
  /** What functions get as their second parameter, for each node or for all. `signal` is the run's own. */
  readonly context?: ContextSource | undefined;
  /** Where nodes run that want a thread of their own. @default in the thread of the run */
  readonly threads?: ThreadRunner | undefined;
  /** A clock that never goes back, in microseconds. Read only when a plugin wants times. */
  readonly nowUs?: (() => number) | undefined;
}

/**
 * The context of each node, as far as it differs from one that does nothing.
 *
 * A function is told the indices of the items that a node of a fan-out runs for, outermost first; none for other nodes.
 */
export type ContextSource =
  | Partial<Omit<NodeContext, "signal">>
  | ((node: GraphNode, items: readonly number[]) => Partial<Omit<NodeContext, "signal">>);
