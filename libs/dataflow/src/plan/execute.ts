import { AsyncNodeError, NodeError, RunCancelledError } from "../errors.ts";
import { KeyLocks } from "./key-locks.ts";
import type { NodeRunner } from "./node-runner.ts";
import type { Program } from "./program.ts";
import { isThenable } from "./promises.ts";
import { ValueMemory } from "./value-memory.ts";

/** A run of a program. */
export interface Execution {
  readonly program: Program;
  readonly run: NodeRunner;
  /** Whether plugins see what nodes take. */
  readonly isWatched: boolean;
  /** Cancels the run. */
  readonly signal: AbortSignal | undefined;
  /** Promises pending at once, from 1. */
  readonly concurrency: number;
  /** Aborts the signal that functions see, when one of them has failed or the run was cancelled. */
  readonly abort: (reason: unknown) => void;
}

/**
 * Runs a program: node by node as long as every value is there at once, then as promises settle.
 *
 * A value is let go after its last use.
 *
 * @param values - by slot; those of inputs are filled in. The run owns it.
 * @returns the values by slot, outputs among them; a promise of them once a node has returned one.
 * @throws {@link NodeError} `dag/node-failed`, {@link RunCancelledError} `dag/cancelled`.
 */
export function execute(execution: Execution, values: unknown[]): unknown[] | Promise<unknown[]> {
  const { program, run, signal } = execution;
  const memory = new ValueMemory(program, values, execution.isWatched);
  const count = program.names.length;
  let i = 0;
  try {
    for (; i < count; i++) {
      if (signal?.aborted === true) throw signal.reason;
      const made = run(i, memory.take(i));
      memory.release(i);
      if (isThenable(made)) return new ConcurrentRun(execution, memory).goOn(i, made);
      memory.keep(i, made);
    }
  } catch (thrown) {
    execution.abort(thrown);
    throw failure(execution, i, thrown);
  }
  return values;
}

/** The same without waiting: a promise is an error. */
export function executeSync(execution: Execution, values: unknown[]): unknown[] {
  const run: NodeRunner = (i, inputs) => {
    const made = execution.run(i, inputs);
    if (!isThenable(made)) return made;
    void Promise.resolve(made).catch(() => undefined); // nobody waits for it
    throw new AsyncNodeError(execution.program.names[i] ?? "");
  };
  // `run` throws where a promise would come back
  return execute({ ...execution, run }, values) as unknown[];
}

function failure({ program, signal }: Execution, i: number, thrown: unknown): Error {
  const name = program.names[i] ?? "";
  return signal?.aborted === true
    ? new RunCancelledError(name, thrown)
    : new NodeError(name, thrown);
}

/**
 * The part of a run that waits.
 *
 * I1. A node starts once all that it needs is there, and at most `concurrency` promises are pending.
 * I2. After a failure no node starts; the run ends when those that were pending have settled, with the first failure.
 * I3. Of the nodes with one concurrency key at most one is pending.
 * I4. After a cancellation the run ends at once; what was pending settles unheard.
 */
class ConcurrentRun {
  readonly #execution: Execution;
  readonly #memory: ValueMemory;
  readonly #waits: Int32Array;
  readonly #locks: KeyLocks | undefined;
  readonly #ready: number[] = [];
  #nextReady = 0;
  #pending = 0;
  #failure: Error | undefined;
  readonly #done = Promise.withResolvers<unknown[]>();

  constructor(execution: Execution, memory: ValueMemory) {
    this.#execution = execution;
    this.#memory = memory;
    this.#waits = execution.program.waits.slice();
    this.#locks = KeyLocks.of(execution.program);
  }

  /** Goes on from node `from`, whose promise is pending; all before it are done, none after it has started. */
  async goOn(from: number, first: PromiseLike<unknown>): Promise<unknown[]> {
    const { program, signal } = this.#execution;
    for (let i = 0; i < from; i++)
      for (const consumer of program.consumers[i] ?? [])
        this.#waits[consumer] = (this.#waits[consumer] ?? 0) - 1;
    for (let i = from + 1; i < program.names.length; i++)
      if (this.#waits[i] === 0) this.#ready.push(i);
    signal?.addEventListener("abort", this.#cancel, { once: true });
    if (signal?.aborted === true) this.#cancel(); // by the node itself, before anyone listened
    this.#locks?.take(from);
    try {
      this.#wait(from, first);
      this.#pump();
      return await this.#done.promise;
    } finally {
      signal?.removeEventListener("abort", this.#cancel);
    }
  }

  #pump(): void {
    const { concurrency } = this.#execution;
    while (this.#failure === undefined && this.#pending < concurrency) {
      const i = this.#ready[this.#nextReady];
      if (i === undefined) break;
      this.#nextReady++;
      if (this.#locks?.take(i) !== false) this.#start(i);
    }
    if (this.#pending > 0) return;
    if (this.#failure === undefined) this.#done.resolve(this.#memory.values);
    else this.#done.reject(this.#failure);
  }

  #start(i: number): void {
    const { run, signal } = this.#execution;
    try {
      if (signal?.aborted === true) throw signal.reason;
      const made = run(i, this.#memory.take(i));
      this.#memory.release(i);
      if (isThenable(made)) this.#wait(i, made);
      else this.#settle(i, made);
    } catch (thrown) {
      this.#fail(i, thrown);
    }
  }

  #wait(i: number, made: PromiseLike<unknown>): void {
    this.#pending++;
    const settled = (after: () => void): void => {
      this.#pending--;
      after();
      this.#pump();
    };
    made.then(
      (value) => settled(() => this.#settle(i, value)),
      (thrown: unknown) => settled(() => this.#fail(i, thrown)),
    );
  }

  #settle(i: number, value: unknown): void {
    this.#memory.keep(i, value);
    for (const consumer of this.#execution.program.consumers[i] ?? []) {
      const left = (this.#waits[consumer] ?? 0) - 1;
      this.#waits[consumer] = left;
      if (left === 0) this.#ready.push(consumer);
    }
    const next = this.#locks?.release(i);
    if (next !== undefined) this.#ready.push(next);
  }

  #fail(i: number, thrown: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure(this.#execution, i, thrown);
    this.#execution.abort(thrown);
  }

  readonly #cancel = (): void => {
    const { signal, abort } = this.#execution;
    this.#failure ??= new RunCancelledError(undefined, signal?.reason);
    abort(signal?.reason);
    this.#done.reject(this.#failure);
  };
}
