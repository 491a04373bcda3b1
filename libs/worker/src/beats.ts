import {
  type BeatAnswer,
  beatAnswerSchema,
  type BeatRequest,
  type ClaimId,
  subjects,
  type TaskRunId,
} from "@weirflow/contracts";
import { BackgroundLoop } from "@weirflow/lifecycle";
import type { Logger } from "@weirflow/telemetry";
import type { WorkerBus } from "./worker-bus.ts";

/** An attempt whose lease is kept. */
export interface BeatingAttempt {
  readonly taskRunId: TaskRunId;
  readonly claimId: ClaimId;
  /** The attempt should stop, then report. May be called again with each beat. */
  readonly onCancel: (reason: string) => void;
  /** The attempt is over: its result must be dropped. */
  readonly onStale: (reason: string) => void;
}

/** How leases are kept. */
export interface BeatOptions {
  readonly bus: Pick<WorkerBus, "request">;
  readonly logger: Logger;
  readonly worker: string;
  /** A third of the lease. */
  readonly intervalMs: number;
}

/** More would not fit in a message. */
const MAX_ATTEMPTS = 1_000;

/**
 * Keeps the leases of this worker's attempts: one message for all of them, a third of a lease apart.
 *
 * 1. Nothing is sent while no attempt runs.
 * 2. A beat without an answer changes nothing: the attempts go on, and the next beat comes soon.
 * 3. Only an answer stops an attempt; a hint that one should stop only makes the next beat come at once.
 */
export class Beats implements AsyncDisposable {
  readonly #options: BeatOptions;
  readonly #attempts = new Map<ClaimId, BeatingAttempt>();
  readonly #loop: BackgroundLoop;

  constructor(options: BeatOptions) {
    this.#options = options;
    this.#loop = new BackgroundLoop({
      step: async (signal) => await this.#beat(signal),
      onError: (error) => options.logger.warn("worker.beat-unanswered", { error }),
      firstDelayMs: Infinity,
      errorDelayMs: Math.min(1_000, options.intervalMs / 4),
    });
  }

  /** Keeps the lease of an attempt until the returned handle is disposed. */
  keep(attempt: BeatingAttempt): Disposable {
    this.#attempts.set(attempt.claimId, attempt);
    if (this.#attempts.size === 1) this.#loop.wake();
    return { [Symbol.dispose]: () => void this.#attempts.delete(attempt.claimId) };
  }

  /** Makes the next beat come at once if one of these task runs is here. */
  hintCancelled(taskRunIds: readonly TaskRunId[]): void {
    const hinted = new Set(taskRunIds);
    for (const { taskRunId } of this.#attempts.values())
      if (hinted.has(taskRunId)) return this.#loop.wake();
  }

  /** Stops; leases then lapse unless their attempts were reported. */
  async [Symbol.asyncDispose](): Promise<void> {
    return await this.#loop[Symbol.asyncDispose]();
  }

  async #beat(signal: AbortSignal): Promise<number> {
    const { bus, worker, intervalMs } = this.#options;
    const beating = [...this.#attempts.values()];
    for (let from = 0; from < beating.length; from += MAX_ATTEMPTS) {
      const some = beating.slice(from, from + MAX_ATTEMPTS);
      const attempts = some.map(({ taskRunId, claimId }) => ({ taskRunId, claimId }));
      const request: BeatRequest = { v: 1, worker, attempts };
      const limits = { timeoutMs: intervalMs, signal };
      this.#obey(await bus.request(subjects.beat, request, beatAnswerSchema, limits));
    }
    return this.#attempts.size === 0 ? Infinity : intervalMs;
  }

  #obey(answer: BeatAnswer): void {
    for (const { claimId, verdict, reason } of answer.attempts) {
      const attempt = this.#attempts.get(claimId);
      if (verdict === "cancel") attempt?.onCancel(reason ?? "the run was cancelled");
      else if (verdict === "stale") attempt?.onStale(reason ?? "another attempt has taken over");
    }
  }
}
