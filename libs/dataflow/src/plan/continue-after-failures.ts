import { NodeError, PluginError } from "../errors.ts";
import type { NodeRunner, RunnerParts } from "./node-runner.ts";
import { isThenable } from "./promises.ts";
import { FailedValue, firstFailure } from "./settled.ts";
import type { ValueMemory } from "./value-memory.ts";

/** Tells plugins of a node that does not run. */
export type SkipTeller = (
  i: number,
  inputs: Record<string, unknown>,
  memory: ValueMemory,
  error: NodeError,
) => void;

/**
 * A runner that makes a failed value where a node fails, so that the run goes on.
 *
 * A node that takes a failed value does not run; the same failure stands for its own value. Nodes of `settled` run on
 * whatever there is. A cancelled run still ends, and one in which the hook of a plugin failed.
 */
export function continueAfterFailures(
  { program, options: { signal }, items }: RunnerParts,
  run: NodeRunner,
  tellSkip: SkipTeller | undefined,
): NodeRunner {
  // what is done for an item may take failures from outside, and what is gathered those of items
  let hasFailed = items !== undefined || program.fanOuts.size > 0;
  const fail = (i: number, thrown: unknown): FailedValue => {
    if (signal?.aborted === true || thrown instanceof PluginError) throw thrown;
    hasFailed = true;
    const isTold = program.fanOuts.has(i) && thrown instanceof NodeError;
    return new FailedValue(isTold ? thrown : new NodeError(program.names[i] ?? "", thrown, items));
  };
  const failureBefore = (i: number, inputs: Record<string, unknown>): FailedValue | undefined => {
    if (!hasFailed || program.nodes[i]?.takesFailures === true) return undefined;
    // the object may hold more than the node takes
    return firstFailure((program.keys[i] ?? []).map((key) => inputs[key]));
  };
  return (i, inputs, memory) => {
    const before = failureBefore(i, inputs);
    if (before !== undefined) {
      if (program.described[i] !== undefined) tellSkip?.(i, inputs, memory, before.error);
      return before;
    }
    try {
      const made = run(i, inputs, memory);
      return isThenable(made) ? made.then(undefined, (thrown: unknown) => fail(i, thrown)) : made;
    } catch (thrown) {
      return fail(i, thrown);
    }
  };
}
