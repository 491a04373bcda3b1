import type { NodeCall, Plugin } from "../plan/plugin.ts";
import { andThen, type Later } from "../plan/promises.ts";

/** Where a debugger stops. */
export interface Stop {
  readonly phase: "before" | "after";
  readonly call: NodeCall;
  /** What the node made; absent before it runs. */
  readonly value?: unknown;
}

/** What a debugger stops at, and what it does then. */
export interface DebuggerOptions {
  /** @default every node */
  readonly at?: (call: NodeCall) => boolean;
  /** @default both */
  readonly phases?: readonly Stop["phase"][];
  /**
   * Looks at the node. The run goes on when it returns, or when its promise is fulfilled; `{ value }` stands in the place
   * of what the node makes, before it runs also of running it.
   */
  readonly onStop: (stop: Stop) => Later<{ readonly value: unknown } | undefined | void>;
}

/**
 * Stops a run before and after some nodes, and may put other values in their places.
 *
 * @example
 * const stops = debuggerPlugin({
 *   at: ({ node }) => node.name === "model",
 *   phases: ["after"],
 *   onStop: ({ value }) => console.log(value),
 * });
 */
export function debuggerPlugin({
  at = () => true,
  phases = ["before", "after"],
  onStop,
}: DebuggerOptions): Plugin {
  const stop = (made: Stop, goOn: () => unknown): unknown => {
    if (!phases.includes(made.phase)) return goOn();
    return andThen(onStop(made), (answer) => (answer === undefined ? goOn() : answer.value));
  };
  return {
    name: "weirflow.debugger",
    around: (call, next) => {
      if (!at(call)) return next();
      return stop({ phase: "before", call }, () =>
        andThen(next(), (value) => stop({ phase: "after", call, value }, () => value)),
      );
    },
  };
}
