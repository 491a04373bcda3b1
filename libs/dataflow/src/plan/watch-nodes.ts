import type { GraphNode } from "../graph/graph-node.ts";
import type { NodeContext } from "../node-context.ts";
import type { NodeChecker, NodeRunner, RunnerParts } from "./node-runner.ts";
import type { NodeCall, NodeStart, Plugin } from "./plugin.ts";
import { isThenable } from "./promises.ts";

/** Runs nodes inside the plugins' `around`, and tells their hooks when each starts and how it ends. */
export function watchNodes(
  parts: RunnerParts,
  contextOf: (i: number) => NodeContext,
  check: NodeChecker,
): NodeRunner {
  const { program, nodes, options, signal } = parts;
  const plugins = options.plugins ?? [];
  const around = composeAround(plugins);
  const nowUs = options.nowUs ?? monotonicUs;
  const originUs = nowUs();
  return (i, inputs) => {
    const call: NodeCall = {
      node: nodes[i] as GraphNode, // i is an index of the program, which has as many nodes
      run: parts.start,
      inputs,
      variant: program.nodes[i]?.variant ?? "",
      context: contextOf(i),
    };
    const compute = (): unknown => check(i, program.calls[i]?.(inputs, call.context));
    const onion: Onion = { call, around, compute, check: (value) => check(i, value) };
    const start: NodeStart = { call, startUs: nowUs() - originUs };
    for (const plugin of plugins) plugin.onNodeStart?.(start);
    return runOnion(onion, (outcome) => {
      const durationUs = nowUs() - originUs - start.startUs;
      const state = outcome.state === "failed" && signal().aborted ? "cancelled" : outcome.state;
      for (const plugin of plugins) plugin.onNodeEnd?.({ ...start, durationUs, ...outcome, state });
    });
  };
}

type Around = (call: NodeCall, run: () => unknown) => unknown;

/** One function out of every plugin's `around`, the first outermost. */
function composeAround(plugins: readonly Plugin[]): Around {
  const layers = plugins.flatMap(({ around }) => (around === undefined ? [] : [around])).reverse();
  return (call, run) => {
    let next = run;
    for (const layer of layers) {
      const inner = next;
      next = () => layer(call, inner);
    }
    return next();
  };
}

interface Onion {
  readonly call: NodeCall;
  readonly around: Around;
  /** Calls the function and checks what it makes. */
  readonly compute: () => unknown;
  /** Checks a value that a plugin gave instead. */
  readonly check: (value: unknown) => unknown;
}

type Outcome =
  | { readonly state: "succeeded" | "cached"; readonly value: unknown }
  | { readonly state: "failed"; readonly error: unknown };

function runOnion(onion: Onion, tell: (outcome: Outcome) => void): unknown {
  let state: "succeeded" | "cached" = "cached";
  const compute = (): unknown => {
    state = "succeeded";
    return onion.compute();
  };
  const checked = (value: unknown): unknown => (state === "cached" ? onion.check(value) : value);
  const succeed = (value: unknown): unknown => {
    tell({ state, value });
    return value;
  };
  const fail = (error: unknown): never => {
    tell({ state: "failed", error });
    throw error;
  };
  let value: unknown;
  try {
    const made = onion.around(onion.call, compute);
    if (isThenable(made)) return made.then(checked).then(succeed, fail);
    value = checked(made);
  } catch (error) {
    return fail(error);
  }
  return succeed(value);
}

function monotonicUs(): number {
  return performance.now() * 1_000;
}
