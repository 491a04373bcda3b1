import { type EndOutcome, RunState, TaskRunState } from "@weirflow/contracts";
import { WeirError } from "@weirflow/errors";
import { toErrorRecord } from "@weirflow/errors";
import { sql } from "kysely";
import type { Changes } from "./changes.ts";
import { inTransaction, orUnavailable, type Trx } from "./in-transaction.ts";
import { LimitUse } from "./limit-use.ts";
import type { Store } from "./open-store.ts";
import { staleHints } from "./stale-hints.ts";
import { type HeldTask, RunBatch } from "./run-batch.ts";

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
  /** The database's clock during this round. */
  readonly now: Date;
  /** Whether it came too late after the round before. */
  readonly isLate: boolean;
}

class LeaseLapsedError extends WeirError {
  override readonly code = "db/lease-lapsed";
  constructor(worker: string | null) {
    super(`the worker "${worker ?? "?"}" fell silent: its lease lapsed`, {
      hint: "was it killed, or cut off from NATS? Another attempt follows while the crash budget lasts",
    });
  }
}
class DeadlineError extends WeirError {
  override readonly code = "db/deadline";
  constructor(timeoutMs: number | undefined) {
    super(`the attempt was not over after its timeout of ${timeoutMs ?? 0} ms`, {
      hint: "raise the timeout of the task, or make it faster",
    });
  }
}

/** Workers that all lack a version for this long make the run say so. */
const UNSERVED_AFTER = sql`interval '60 seconds'`;

/**
 * Does all due work of runs: lapsed leases, deadlines, retries, freed limits, stale hints, runs that should be closed.
 *
 * Any number of schedulers may sweep at once: each change is decided under the run's lock.
 */
export async function sweep(
  store: Store,
  options: SweepOptions,
  signal: AbortSignal,
): Promise<Swept> {
  const { limit } = options;
  const swept = await inTransaction(
    store,
    signal,
    async (trx) => await sweepRuns(store, trx, options),
  );
  const stale = await orUnavailable(async () => await staleHints(store, options.hintWindow ?? 200));
  const nextDueAt = await orUnavailable(async () => await readNextDue(store));
  return {
    changes: {
      ...swept.changes,
      hints: [...swept.changes.hints, ...stale.hints],
      runs: [...swept.changes.runs, ...stale.accepted],
    },
    nextDueAt,
    isMore: swept.found >= limit,
    reaped: swept.reaped,
    now: swept.now,
    isLate: swept.isLate,
  };
}

interface SweptRuns extends Pick<Swept, "changes" | "reaped" | "now" | "isLate"> {
  readonly found: number;
}

async function sweepRuns(store: Store, trx: Trx, options: SweepOptions): Promise<SweptRuns> {
  const ids = await dueRuns(trx, options);
  const batch = await RunBatch.load(store, trx, ids);
  const limits = await LimitUse.load(
    trx,
    [...batch.tasks()]
      .filter((task) => task.row.state === TaskRunState.waiting)
      .flatMap((task) => task.row.concurrency),
  );
  const isLate = cameLate(batch.now, options);
  let reaped = 0;
  for (const task of batch.tasks()) {
    if (task.row.state === TaskRunState.running)
      reaped += endOverdue(batch, task, options.reap && !isLate) === "crashed" ? 1 : 0;
    else wakeUp(batch, limits, task);
  }
  sayUnserved(batch);
  batch.advance();
  const changes = await batch.flush(trx);
  return { changes, found: ids.length, reaped, now: batch.now, isLate };
}

/** Measured by the database's clock inside the transaction, so that a database that stood still is noticed in time. */
function cameLate(now: Date, { previous }: SweepOptions): boolean {
  return previous !== undefined && now.getTime() - previous.at.getTime() > previous.maxGapMs;
}

function endOverdue(batch: RunBatch, task: HeldTask, reap: boolean): EndOutcome | undefined {
  const { row, call } = task;
  const isOver = (at: Date | null): boolean => at !== null && at <= batch.now;
  if (isOver(row.cancel_deadline_at)) return end(batch, task, "cancelled");
  if (isOver(row.deadline_at))
    return end(batch, task, "timed_out", new DeadlineError(call.timeoutMs));
  if (reap && isOver(row.lease_until))
    return end(batch, task, "crashed", new LeaseLapsedError(row.worker));
  return undefined;
}

function end(batch: RunBatch, task: HeldTask, outcome: EndOutcome, error?: WeirError): EndOutcome {
  const facts = error === undefined ? {} : { error: { ...toErrorRecord(error), stack: undefined } };
  batch.decide(task, { kind: "end", outcome, isRetryable: true }, error?.message ?? null, facts);
  return outcome;
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

function sayUnserved(batch: RunBatch): void {
  for (const run of batch.runs.values()) {
    const waits = run.tasks.find(
      ({ row }) =>
        row.state === TaskRunState.ready &&
        row.unserved_since !== null &&
        batch.now.getTime() - row.unserved_since.getTime() >= 60_000,
    );
    if (waits !== undefined && !run.tasks.some((task) => task.row.state === TaskRunState.running))
      batch.moveRun(
        run,
        RunState.awaitingVersion,
        `no worker of the pool "${waits.row.pool}" has version ${run.row.version.slice(0, 12)} of the flow "${run.row.flow}"; start one with its flow files`,
      );
  }
}

async function dueRuns(trx: Trx, { limit, reap }: SweepOptions): Promise<readonly string[]> {
  const { rows } = await sql<{ run_id: string }>`
    (select run_id from task_runs where state = 'RUNNING' and ${reap} and lease_until <= weir_now() limit ${limit})
    union (select run_id from task_runs where state = 'RUNNING'
      and (deadline_at <= weir_now() or cancel_deadline_at <= weir_now()) limit ${limit})
    union (select run_id from task_runs where state = 'RETRYING' and due_at <= weir_now() limit ${limit})
    union (select t.run_id from task_runs t where t.state = 'WAITING' and not exists (
        select 1 from limits l where l.tag = any(t.concurrency) and l.slots <=
          (select count(*) from task_runs u where u.state = 'RUNNING' and l.tag = any(u.concurrency)))
      order by t.ready_at limit ${limit})
    union (select t.run_id from task_runs t join runs r on r.id = t.run_id where t.state = 'READY'
      and t.unserved_since <= weir_now() - ${UNSERVED_AFTER} and r.state not in ('AWAITING_VERSION', 'CANCELLING') limit ${limit})
    union (select r.id from runs r where r.state in ('SCHEDULED', 'AWAITING_VERSION', 'RUNNING', 'PAUSED', 'CANCELLING')
      and not exists (select 1 from task_runs t where t.run_id = r.id
        and t.state in ('READY', 'RUNNING', 'RETRYING', 'WAITING')) limit ${limit})`.execute(trx);
  return rows.map((row) => row.run_id);
}

async function readNextDue(store: Store): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(at) as at from (
      select min(lease_until) as at from task_runs where state = 'RUNNING'
      union all select min(least(deadline_at, cancel_deadline_at)) from task_runs where state = 'RUNNING'
      union all select min(due_at) from task_runs where state = 'RETRYING'
      union all select min(next_at) from schedules where not paused and not removed) due`.execute(
    store.db,
  );
  return rows[0]?.at ?? null;
}
