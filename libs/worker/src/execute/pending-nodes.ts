import type { Plugin } from "@weirflow/dataflow";

/**
 * The nodes whose promises have not settled.
 *
 * A run that is cancelled ends without them, but their code goes on: a slot that ran something else beside it would mix two
 * tasks.
 */
export class PendingNodes {
  readonly plugin: Plugin = {
    name: "weirflow.pending",
    around: (_call, next) => this.#watch(next()),
  };
  readonly #pending = new Set<PromiseLike<unknown>>();

  /** Resolves when none is left, however they ended; never rejects. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending);
  }

  #watch(made: unknown): unknown {
    if (!isThenable(made)) return made;
    const forget = (): void => void this.#pending.delete(made);
    this.#pending.add(made);
    made.then(forget, forget);
    return made;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    "then" in value &&
    typeof value.then === "function"
  );
}
