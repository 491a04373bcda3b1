import { isWeirError } from "@weirflow/errors";
import { unlessAborted } from "./aborted.ts";
import { CancelledError, PoolClosedError, PoolFullError } from "./errors.ts";
import { once } from "./once.ts";
import { sleep } from "./sleep.ts";

/** Size and patience of a {@link TaskPool}. */
export interface TaskPoolOptions {
  /** Tasks that may run at once, at least 1. */
  readonly limit: number;
  /** How long disposing waits for running tasks before it aborts their signal. */
  readonly graceMs: number;
  /**
   * Told of each task that rejected; cancellations are not reported.
   * @default the rejection is left unhandled, which ends the process
   */
  readonly onError?: (error: unknown) => void;
}

/**
 * A bounded set of running tasks that can be drained.
 *
 * 1. Never more than `limit` tasks run.
 * 2. Once disposing has begun no task starts.
 * 3. Disposing ends after the last task has: it waits `graceMs`, aborts {@link TaskPool.signal}, then waits for as long
 *    as the tasks take to obey.
 *
 * @example
 * await using pool = new TaskPool({ limit: 4, graceMs: 30_000 });
 * await pool.whenFree(signal);
 * pool.run(async (signal) => await handle(message, signal));
 */
export class TaskPool implements AsyncDisposable {
  readonly #limit: number;
  readonly #graceMs: number;
  readonly #onError: ((error: unknown) => void) | undefined;
  readonly #abort = new AbortController();
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #freed: PromiseWithResolvers<void> = Promise.withResolvers<void>();
  readonly #stop: () => Promise<void> = once(async () => await this.#drain());

  constructor({ limit, graceMs, onError }: TaskPoolOptions) {
    this.#limit = limit;
    this.#graceMs = graceMs;
    this.#onError = onError;
  }

  /** Tasks that could start now; 0 once the pool is stopping. */
  get free(): number {
    return this.#closing.signal.aborted ? 0 : this.#limit - this.#running.size;
  }

  /** Tasks that run now. */
  get busy(): number {
    return this.#running.size;
  }

  /** Aborted when the grace of a stop is over; every task gets it. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /**
   * Starts a task and returns at once.
   *
   * @throws {@link PoolFullError} `lifecycle/pool-full` when no slot is free.
   * @throws {@link PoolClosedError} `lifecycle/pool-closed` once the pool is stopping.
   */
  run(fn: (signal: AbortSignal) => Promise<void>): void {
    if (this.#closing.signal.aborted) throw new PoolClosedError();
    if (this.free <= 0) throw new PoolFullError(this.#limit);
    const task: Promise<void> = this.#guard(fn).finally(() => {
      this.#running.delete(task);
      this.#freed.resolve();
      this.#freed = Promise.withResolvers<void>();
    });
    this.#running.add(task);
  }

  /**
   * Resolves when a slot is free. With several waiters, each must look at {@link TaskPool.free} again.
   *
   * @throws {@link CancelledError} `lifecycle/cancelled` when the signal is aborted or the pool is stopping.
   */
  async whenFree(signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    if (either.aborted) throw new CancelledError("the wait for a free slot", either.reason);
    while (this.free <= 0) await unlessAborted(this.#freed.promise, either);
  }

  /** Resolves when nothing runs, also while new tasks could start. Never rejects. */
  async whenIdle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  /** Stops: see the class. Idempotent; concurrent callers share one stop. */
  async [Symbol.asyncDispose](): Promise<void> {
    return await this.#stop();
  }

  async #guard(fn: (signal: AbortSignal) => Promise<void>): Promise<void> {
    try {
      await fn(this.#abort.signal);
    } catch (error) {
      if (isWeirError(error) && error.disposition === "cancel") return;
      if (this.#onError === undefined) throw error;
      this.#onError(error);
    }
  }

  async #drain(): Promise<void> {
    this.#closing.abort("the pool is stopping");
    const idle = new AbortController();
    const grace = sleep(this.#graceMs, idle.signal).then(
      () => this.#abort.abort("the grace of the stop is over"),
      () => undefined,
    );
    await this.whenIdle();
    idle.abort();
    await grace;
  }
}
