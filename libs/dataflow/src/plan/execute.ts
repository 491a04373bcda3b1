import { AsyncNodeError, NodeError, PluginError, RunCancelledError } from "../errors.ts";
import type { Gate } from "./fan-out/gate.ts";
import type { KeyLocks } from "./key-locks.ts";
import type { NodeRunner } from "./node-runner.ts";
import type { Program } from "./program.ts";
import { isThenable, type Later } from "./promises.ts";
import { ValueMemory } from "./value-memory.ts";

/** A run of a program: of a whole plan, or of what is done for one item. */
export interface Execution {
  readonly program: Program;
  readonly run: NodeRunner;
  /** Cancels the run, at once. */
  readonly signal?: AbortSignal | undefined;
  /** Aborted once something else in the run has failed: no node starts, and what is pending may settle. */
  readonly stop?: AbortSignal | undefined;
  /** Bounds the promises that are pending at once, in all programs of the run. */
  readonly gate: Gate;
  /** Keeps nodes of one concurrency key apart, in all programs of the run. */
  readonly locks: KeyLocks;
  /** Aborts the signal that functions see, when one of them has failed or the run was cancelled. */
  readonly abort: (reason: unknown) => void;
  /** Indices of the items that it is done for, outermost first; absent for a whole plan. */
  readonly items?: readonly number[] | undefined;
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
export function execute(execution: Execution, values: unknown[]): Later<unknown[]> {
  const { program, run, signal } = execution;
  const memory = new ValueMemory(program, values);
  const count = program.names.length;
  let i = 0;
  try {
    for (; i < count; i++) {
      if (signal?.aborted === true) throw signal.reason;
      if (program.usesKeys && !isFree(execution, i))
        return new ConcurrentRun(execution, memory).goOn(i, undefined);
      const made = run(i, memory.take(i), memory);
      memory.release(i);
      if (isThenable(made)) return new ConcurrentRun(execution, memory).goOn(i, made);
      memory.keep(i, made);
    }
  } catch (thrown) {
    const error = failure(execution, i, thrown);
    execution.abort(thrown);
    throw error;
  }
  return values;
}

/** The same without waiting: a promise is an error. */
export function executeSync(execution: Execution, values: unknown[]): unknown[] {
  const run: NodeRunner = (i, inputs, memory) => {
    const made = execution.run(i, inputs, memory);
    if (!isThenable(made)) return made;
    void Promise.resolve(made).catch(() => undefined); // nobody waits for it
    throw new AsyncNodeError(nameOf(execution.program, i));
  };
  // `run` throws where a promise would come back, and nothing that is done at once holds a key
  return execute({ ...execution, run }, values) as unknown[];
}

function isFree({ program, locks }: Execution, i: number): boolean {
  const key = keyOf(program, i);
  return key === undefined || locks.isFree(key);
}

function keyOf({ nodes }: Program, i: number): string | undefined {
  return nodes[i]?.options.concurrencyKey;
}

function failure({ program, signal, stop, items }: Execution, i: number, thrown: unknown): Error {
  // what runs for each item tells by itself which node failed
  if (program.fanOuts.has(i) && isToldError(thrown)) return thrown;
  const name = nameOf(program, i);
  if ((signal ?? stop)?.aborted === true) return new RunCancelledError(name, thrown);
  return thrown instanceof PluginError ? thrown : new NodeError(name, thrown, items);
}

/** The name by which people know a node: what runs for each item, by the node that hands them out. */
function nameOf({ names, fanOuts }: Program, i: number): string {
  return fanOuts.get(i)?.each ?? names[i] ?? "";
}

function isToldError(thrown: unknown): thrown is Error {
  return (
    thrown instanceof NodeError ||
    thrown instanceof PluginError ||
    thrown instanceof RunCancelledError
  );
}

/**
 * The part of a run that waits.
 *
 * I1. A node starts once all that it needs is there and the gate is open.
 * I2. After a failure no node starts; the run ends when those that were pending have settled, with the first failure.
 * I3. Of the nodes with one concurrency key at most one is pending.
 * I4. After a cancellation the run ends at once; what was pending settles unheard.
 */
class ConcurrentRun {
  readonly #execution: Execution;
  readonly #memory: ValueMemory;
  readonly #waits: Int32Array;
  readonly #ready: number[] = [];
  #nextReady = 0;
  #pending = 0;
  /** Nodes that wait for their key, and those that hold it. */
  #queued = 0;
  readonly #holders = new Set<number>();
  #failure: Error | undefined;
  readonly #done = Promise.withResolvers<unknown[]>();

  constructor(execution: Execution, memory: ValueMemory) {
    this.#execution = execution;
    this.#memory = memory;
    this.#waits = execution.program.waits.slice();
  }

  /**
   * Goes on from node `from`; all before it are done, none after it has started.
   *
   * @param first - the promise of that node; `undefined` when it has not started.
   */
  async goOn(from: number, first: PromiseLike<unknown> | undefined): Promise<unknown[]> {
    const { signal } = this.#execution;
    this.#skipDone(from, first === undefined ? from : from + 1);
    signal?.addEventListener("abort", this.#cancel, { once: true });
    if (signal?.aborted === true) this.#cancel(); // by the node itself, before anyone listened
    if (first !== undefined) {
      this.#takeKey(from);
      this.#wait(from, first);
    }
    try {
      this.#pump();
      return await this.#done.promise;
    } finally {
      signal?.removeEventListener("abort", this.#cancel);
    }
  }

  /** Nodes before `end` have made their values; those from `start` on are ready where nothing is missing. */
  #skipDone(end: number, start: number): void {
    const { program } = this.#execution;
    for (let i = 0; i < end; i++)
      for (const consumer of program.consumers[i] ?? [])
        this.#waits[consumer] = (this.#waits[consumer] ?? 0) - 1;
    for (let i = start; i < program.names.length; i++)
      if (this.#waits[i] === 0) this.#ready.push(i);
  }

  readonly #pump = (): void => {
    const { gate } = this.#execution;
    while (this.#failure === undefined && this.#nextReady < this.#ready.length) {
      if (!gate.isOpen) {
        gate.whenOpen(this.#pump);
        return;
      }
      const i = this.#ready[this.#nextReady++] ?? 0;
      if (this.#takeKey(i)) this.#start(i);
    }
    if (this.#pending > 0) return;
    if (this.#failure !== undefined) this.#done.reject(this.#failure);
    else if (this.#queued === 0) this.#done.resolve(this.#memory.values);
  };

  /** Whether node `i` may run now; if not, it comes again when it holds its key. */
  #takeKey(i: number): boolean {
    const { program, locks } = this.#execution;
    const key = program.usesKeys ? keyOf(program, i) : undefined;
    if (key === undefined || this.#holders.has(i)) return true;
    const isMine = locks.take(key, () => {
      this.#queued--;
      if (this.#failure !== undefined) {
        locks.release(key);
        return;
      }
      this.#holders.add(i);
      this.#ready.push(i);
      this.#pump();
    });
    if (isMine) this.#holders.add(i);
    else this.#queued++;
    return isMine;
  }

  #releaseKey(i: number): void {
    if (!this.#holders.delete(i)) return;
    const { program, locks } = this.#execution;
    locks.release(keyOf(program, i) ?? "");
  }

  #start(i: number): void {
    const { run, signal = this.#execution.stop } = this.#execution;
    try {
      if (signal?.aborted === true) throw signal.reason;
      const made = run(i, this.#memory.take(i), this.#memory);
      this.#memory.release(i);
      if (isThenable(made)) this.#wait(i, made);
      else this.#settle(i, made);
    } catch (thrown) {
      this.#fail(i, thrown);
    }
  }

  #wait(i: number, made: PromiseLike<unknown>): void {
    const { program, gate } = this.#execution;
    // what runs for each item counts there
    const isCounted = !program.fanOuts.has(i);
    this.#pending++;
    if (isCounted) gate.enter();
    const settled = (after: () => void): void => {
      this.#pending--;
      after();
      if (isCounted) gate.leave();
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
    this.#releaseKey(i);
  }

  #fail(i: number, thrown: unknown): void {
    if (this.#failure === undefined) {
      this.#failure = failure(this.#execution, i, thrown);
      this.#execution.abort(thrown);
    }
    this.#releaseKey(i);
  }

  readonly #cancel = (): void => {
    const { signal, abort } = this.#execution;
    this.#failure ??= new RunCancelledError(undefined, signal?.reason);
    abort(signal?.reason);
    this.#done.reject(this.#failure);
  };
}
