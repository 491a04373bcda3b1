import type { NodeContext } from "../node-context.ts";
import type { Fn } from "../typed/module-types.ts";

/** One call of a function that is to be run in another thread. */
export interface ThreadCall {
  /** The module that exports the function, as a URL. */
  readonly module: string;
  /** The function: an export of that module. */
  readonly fn: Fn;
  readonly deps: Readonly<Record<string, unknown>>;
  readonly context: NodeContext;
}

/** Runs functions in other threads: a port, for which `@weirflow/threads` has a pool. */
export interface ThreadRunner {
  /** Rejects with what the function threw, and when the signal of the context is aborted. */
  run(call: ThreadCall): Promise<unknown>;
}

const RUNNER: unique symbol = Symbol("weirflow.threads");

interface ThreadedContext extends NodeContext {
  readonly [RUNNER]?: ThreadRunner;
}

/** The context of a node in a run that has threads. */
export function inThreads(context: NodeContext, runner: ThreadRunner): NodeContext {
  const threaded: ThreadedContext = { ...context, [RUNNER]: runner };
  return threaded;
}

/** The threads of the run that a context belongs to. */
export function threadsOf(context: ThreadedContext | undefined): ThreadRunner | undefined {
  return context?.[RUNNER];
}
