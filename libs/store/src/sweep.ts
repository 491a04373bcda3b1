import { type EndOutcome, overdueOutcome, TaskRunState } from "@weirflow/contracts";
import { toErrorRecord, type WeirError } from "@weirflow/errors";
import type { Changes } from "./changes.ts";
import { findDueRuns, readNextDue } from "./due-runs.ts";
import { LeaseLapsedError, TimeoutPassedError } from "./errors.ts";
import type { HeldTask } from "./held-run.ts";
import { inHalves } from "./in-halves.ts";
import { inTransaction, orUnavailable } from "./in-transaction.ts";
import { LimitUse } from "./limit-use.ts";
import type { Store } from "./open-store.ts";
import { RunBatch } from "./run-batch.ts";
import { staleHints, type StaleHints } from "./stale-hints.ts";

/** How much a sweep may do, and whether it may end attempts whose lease has lapsed. */
export interface SweepOptions {
  /** Task runs and runs of each kind at most. */
  readonly limit: number;
  /** False while an outage may have kept beats from arriving. */
  readonly reap: boolean;
  /** READY task runs hinted per pool at most. @default 200 */
  readonly hintWindow?: number;
  /** The round before. When this one comes too late after it, beats may be as late as it is, and nothing is reaped. */
  readonly previous?: {
    /** Its {@link Swept.now}. */
    readonly at: Date;
    readonly maxGapMs: number;
  };
}

/** What a sweep did, and when the next thing falls due. */
export interface Swept {
  readonly changes: Changes;
  readonly nextDueAt: Date | null;
  /** Whether a limit was hit: sweep again at once. */
  readonly isMore: boolean;
  /** Attempts ended because their lease had lapsed. */
  readonly reaped: number;
  /** The database's clock at the end of this round. */
  readonly now: Date;
  /** Whether it came too late after the round before. */
  readonly isLate: boolean;
}

/** Runs that one transaction locks at most. */
const TOGETHER = 50;
/** While more is READY than hinted, the next round comes after this. */
const REFILL_MS = 250;

/**
 * Does all due work of runs: lapsed leases, deadlines, retries, freed limits, stale hints, runs that should be closed.
 *
 * Any number of schedulers may sweep at once: each change is decided under the run's lock. A run that cannot be swept is
 * logged and left out; the others are swept.
 *
 * @throws {@link DatabaseUnavailableError} `db/unavailable`, {@link CommitUnknownError} `db/commit-unknown`: sweep again.
 * @example
 * const { changes, nextDueAt } = await sweep(store, { limit: 200, reap: true }, signal);
 */
export async function sweep(
  store: Store,
  options: SweepOptions,
  signal: AbortSignal,
): Promise<Swept> {
  const due = await orUnavailable(async () => await findDueRuns(store, options), signal);
  const round = new Round(store, options, signal);
  round.look(due.now);
  for (let at = 0; at < due.ids.length; at += TOGETHER)
    await round.sweepRuns(due.ids.slice(at, at + TOGETHER));
  const window = options.hintWindow ?? 200;
  const stale = await orUnavailable(async () => await staleHints(store, window), signal);
  await round.sayUnheard(stale.unheard);
  const next = await orUnavailable(async () => await readNextDue(store), signal);
  round.look(next.now);
  return {
    changes: mergeChanges(round.changes, stale),
    nextDueAt: stale.isMore ? sooner(next.at, next.now) : next.at,
    isMore: due.isMore,
    reaped: round.reaped,
    now: next.now,
    isLate: round.isLate,
  };
}

/**
 * One round. The database's clock is looked at again and again: once it has jumped, it stood still, beats may have been
 * lost, and nothing is reaped any more.
 */
class Round {
  readonly #store: Store;
  readonly #options: SweepOptions;
  readonly #signal: AbortSignal;
  #seenAt: Date | undefined;
  readonly changes: Changes[] = [];
  reaped = 0;
  isLate = false;

  constructor(store: Store, options: SweepOptions, signal: AbortSignal) {
    this.#store = store;
    this.#options = options;
    this.#signal = signal;
    this.#seenAt = options.previous?.at;
  }

  look(now: Date): void {
    const { previous } = this.#options;
    if (previous === undefined || this.#seenAt === undefined) return;
    if (now.getTime() - this.#seenAt.getTime() > previous.maxGapMs) this.isLate = true;
    this.#seenAt = now;
  }

  async sweepRuns(ids: readonly string[]): Promise<void> {
    await inHalves(ids, {
      handle: async (runIds) => {
        await this.#change(runIds, (batch, limits) => this.#doDue(batch, limits));
        return runIds;
      },
      onCulprit: (error, runId) => {
        this.#store.logger.error("store.run-not-swept", { runId, error });
        return runId;
      },
    });
  }

  /** Runs whose task runs nobody has asked for in a minute, in pools where nobody runs anything. */
  async sayUnheard(runIds: readonly string[]): Promise<void> {
    if (runIds.length > 0) await this.#change(runIds, noteUnheard);
  }

  /** @param work - returns how many attempts it reaped. */
  async #change(
    runIds: readonly string[],
    work: (batch: RunBatch, limits: LimitUse) => number,
  ): Promise<void> {
    const { reaped, changes } = await inTransaction(this.#store, this.#signal, async (trx) => {
      const batch = await RunBatch.load(this.#store, trx, { runIds });
      const waiting = [...batch.tasks()].filter(({ row }) => row.state === TaskRunState.waiting);
      const tags = waiting.flatMap(({ row }) => row.concurrency);
      const count = work(batch, await LimitUse.load(trx, tags));
      batch.advance();
      return { reaped: count, changes: await batch.flush(trx) };
    });
    this.changes.push(changes);
    this.reaped += reaped;
  }

  #doDue(batch: RunBatch, limits: LimitUse): number {
    this.look(batch.now);
    const mayReap = this.#options.reap && !this.isLate;
    let reaped = 0;
    for (const task of batch.tasks()) {
      if (task.row.state !== TaskRunState.running) wakeUp(batch, limits, task);
      else if (endOverdue(batch, task, mayReap) === "crashed") reaped += 1;
    }
    return reaped;
  }
}

function endOverdue(batch: RunBatch, task: HeldTask, mayReap: boolean): EndOutcome | undefined {
  const { row } = task;
  const clock = {
    leaseUntil: row.lease_until,
    deadlineAt: row.deadline_at,
    cancelDeadlineAt: row.cancel_deadline_at,
  };
  const outcome = overdueOutcome(clock, { now: batch.now, mayReap });
  if (outcome === undefined) return undefined;
  const error = overdueError(task, outcome);
  const facts = error === undefined ? {} : { error: recordOf(error) };
  batch.decide(task, { kind: "end", outcome, isRetryable: true }, error?.message ?? null, facts);
  return outcome;
}

function noteUnheard(batch: RunBatch): number {
  for (const task of batch.tasks()) {
    const { pool, ready_at } = task.row;
    const reason = `no worker of the pool "${pool}" has asked for it; is one running?`;
    if (ready_at !== null) batch.noteUnserved(task, ready_at, reason);
  }
  return 0;
}

function overdueError({ row, call }: HeldTask, outcome: EndOutcome): WeirError | undefined {
  if (outcome === "crashed") return new LeaseLapsedError(row.worker);
  return outcome === "timed_out" ? new TimeoutPassedError(call.timeoutMs ?? 0) : undefined;
}

/** Where we made it says nothing to a person. */
function recordOf(error: WeirError): Omit<ReturnType<typeof toErrorRecord>, "stack"> {
  const { stack: _stack, ...record } = toErrorRecord(error);
  return record;
}

function wakeUp(batch: RunBatch, limits: LimitUse, task: HeldTask): void {
  const { row } = task;
  if (row.state === TaskRunState.retrying && row.due_at !== null && row.due_at <= batch.now)
    batch.decide(task, { kind: "retryDue" });
  if (row.state === TaskRunState.waiting && limits.firstFull(row.concurrency) === undefined) {
    limits.take(row.concurrency);
    batch.decide(task, { kind: "unlimit" });
  }
}

function sooner(at: Date | null, now: Date): Date {
  const refillAt = new Date(now.getTime() + REFILL_MS);
  return at !== null && at < refillAt ? at : refillAt;
}

function mergeChanges(parts: readonly Changes[], stale: StaleHints): Changes {
  return {
    hints: [...parts.flatMap((part) => part.hints), ...stale.hints],
    runs: [...parts.flatMap((part) => part.runs), ...stale.accepted],
    settled: parts.flatMap((part) => part.settled),
    cancelled: parts.flatMap((part) => part.cancelled),
  };
}
