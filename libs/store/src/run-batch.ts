import {
  type AttemptDecision,
  AttemptState,
  decideAttempt,
  decideRun,
  decideTaskRun,
  isTerminal,
  type RunCommand,
  type RunDecision,
  RunState,
  type TaskRunCommand,
  type TaskRunDecision,
  TaskRunState,
} from "@weirflow/contracts";
import type { ErrorRecord } from "@weirflow/errors";
import { sql } from "kysely";
import { type AttemptRow, readAttempts } from "./attempt-rows.ts";
import type { Changes } from "./changes.ts";
import { type AttemptEnd, flushBatch, type LogEntry, type OpenedAttempt } from "./flush-batch.ts";
import {
  culpritOf,
  type HeldRun,
  type HeldTask,
  holdRun,
  isUnserved,
  retryPauseMs,
  runStateOf,
  runTaskOf,
  taskStateOf,
} from "./held-run.ts";
import type { Trx } from "./in-transaction.ts";
import { readManifests } from "./manifests.ts";
import type { Store } from "./open-store.ts";
import { PinnedBodies } from "./pinned-configs.ts";
import { resultsOf } from "./results-of.ts";

/** What is known about the attempt that a decision ends. */
export interface EndFacts {
  readonly error?: ErrorRecord | undefined;
  readonly isReported?: boolean;
  readonly backend?: string | undefined;
  readonly nodeCount?: number;
}

/** Who opens an attempt, and how long it may go unheard. */
export interface OpenFacts {
  readonly claimId: string;
  readonly worker: string;
  readonly leaseMs: number;
  /** Until it is ended without its worker; absent means without limit. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Some runs, locked in id order with all their task runs: decisions change them in memory, one flush writes them.
 *
 * B1. Run rows are locked first, by a statement of their own, in id order; so no two batches deadlock, and the last of
 *     several predecessors always sees the others. The clock is read under the locks: a lease never begins in the past.
 * B2. Every change goes through a `decide` function of `@weirflow/contracts`.
 * B3. `advance` runs in the transaction that ended an attempt, so a run never waits for a later one.
 */
export class RunBatch {
  readonly now: Date;
  readonly runs: ReadonlyMap<string, HeldRun>;
  readonly #tasks: ReadonlyMap<string, HeldTask>;
  readonly #attempts: Map<string, AttemptRow>;
  readonly #changedTasks = new Set<HeldTask>();
  readonly #changedRuns = new Set<HeldRun>();
  readonly #log: LogEntry[] = [];
  readonly #ends: AttemptEnd[] = [];
  readonly #opened: OpenedAttempt[] = [];
  readonly #readied = new Set<HeldTask>();
  readonly #toStop = new Set<HeldTask>();

  private constructor(
    now: Date,
    runs: ReadonlyMap<string, HeldRun>,
    attempts: Map<string, AttemptRow>,
  ) {
    this.now = now;
    this.runs = runs;
    this.#attempts = attempts;
    this.#tasks = new Map(
      [...runs.values()].flatMap((run) => run.tasks.map((task) => [task.row.id, task] as const)),
    );
  }

  /**
   * Locks and loads the runs of these ids; unknown ids are left out.
   *
   * @param tokens - of the workers that ask: their attempts are loaded too.
   */
  static async load(
    store: Store,
    trx: Trx,
    { runIds, tokens = [] }: { readonly runIds: readonly string[]; readonly tokens?: string[] },
  ): Promise<RunBatch> {
    const ids = [...new Set(runIds)];
    const runs = await trx
      .selectFrom("runs")
      .selectAll()
      .where("id", "=", sql<string>`any(${ids}::uuid[])`)
      .orderBy("id")
      .forUpdate()
      .execute();
    const tasks = await trx
      .selectFrom("task_runs")
      .selectAll()
      .where("run_id", "=", sql<string>`any(${ids}::uuid[])`)
      .orderBy("id")
      .forUpdate()
      .execute();
    const { rows: clock } = await sql<{ now: Date }>`select weir_now() as now`.execute(trx);
    const versions = runs.map((run) => run.version);
    const manifests = await readManifests(store, trx, versions);
    const tasksByRun = Map.groupBy(tasks, (task) => task.run_id);
    const held = runs.flatMap((row) => {
      const manifest = manifests.get(row.version);
      const own = tasksByRun.get(row.id) ?? [];
      return manifest === undefined ? [] : [[row.id, holdRun(row, manifest, own)] as const];
    });
    const attempts = await readAttempts(trx, tokens);
    return new RunBatch(clock[0]?.now ?? new Date(), new Map(held), attempts);
  }

  /** The runs of the task runs that workers ask about, each under its token. */
  static async loadAsked(
    store: Store,
    trx: Trx,
    asked: readonly { readonly taskRunId: string; readonly claimId: string }[],
  ): Promise<RunBatch> {
    const ids = [...new Set(asked.map(({ taskRunId }) => taskRunId))];
    const rows = await trx
      .selectFrom("task_runs")
      .select("run_id")
      .distinct()
      .where("id", "=", sql<string>`any(${ids}::uuid[])`)
      .execute();
    const tokens = asked.map(({ claimId }) => claimId);
    return await RunBatch.load(store, trx, { runIds: rows.map((row) => row.run_id), tokens });
  }

  /** A task run of one of the runs. */
  task(id: string): HeldTask | undefined {
    return this.#tasks.get(id);
  }
  /** Every task run of the batch. */
  tasks(): Iterable<HeldTask> {
    return this.#tasks.values();
  }

  /** What a worker may do with a task run under its token. */
  decideAttempt(task: HeldTask, kind: "claim" | "report", token: string): AttemptDecision {
    const { row, run } = task;
    const attempt = this.#attempts.get(token);
    const own = attempt?.taskRunId === row.id || kind === "claim" ? attempt : undefined;
    return decideAttempt(
      { taskState: taskStateOf(task), token: row.claim_id, own, isCancelling: run.row.cancelling },
      { kind, token },
    );
  }

  /** Applies a command to a task run, if the state machine allows it. */
  decide(
    task: HeldTask,
    command: TaskRunCommand,
    reason: string | null = null,
    end: EndFacts = {},
  ): TaskRunDecision {
    const { row, run, call } = task;
    const decision = decideTaskRun(
      {
        state: taskStateOf(task),
        attempt: row.attempt,
        retriesUsed: row.retries_used,
        retryLimit: call.retries.limit,
        crashesUsed: row.crashes_used,
        isCancelling: run.row.cancelling,
      },
      command,
    );
    if (!decision.ok) return decision;
    this.#log.push({ run: run.row.id, task: row.id, from: row.state, to: decision.state, reason });
    if (decision.attemptState !== undefined) this.#end(task, decision.attemptState, end);
    row.attempt = decision.attempt;
    row.retries_used = decision.retriesUsed;
    row.crashes_used = decision.crashesUsed;
    row.reason = reason;
    this.#enter(task, decision.state);
    return decision;
  }

  /** Opens the attempt that a `claim` has decided. */
  open(task: HeldTask, { claimId, worker, leaseMs, timeoutMs }: OpenFacts): void {
    const { row } = task;
    row.claim_id = claimId;
    row.worker = worker;
    row.lease_until = this.#later(leaseMs);
    row.deadline_at = timeoutMs === undefined ? null : this.#later(timeoutMs);
    row.started_at ??= this.now;
    row.unserved_since = null;
    this.#opened.push({ task, number: row.attempt, claimId, worker });
    const running = { state: AttemptState.running, isReported: false };
    this.#attempts.set(claimId, { taskRunId: row.id, ...running });
  }

  /** Begins the lease of the running attempt anew. */
  renew(task: HeldTask, leaseMs: number): void {
    task.row.lease_until = this.#later(leaseMs);
    this.#changedTasks.add(task);
  }

  /** Notes since when nobody can run a READY task run, and why. */
  noteUnserved(task: HeldTask, since: Date, reason: string): void {
    const { row } = task;
    if (row.state !== TaskRunState.ready || row.unserved_since !== null) return;
    row.unserved_since = since;
    row.reason = reason;
    this.#changedTasks.add(task);
  }

  /** Asks the running attempts of a run to stop, cancels what waits, and lets the run end. */
  cancel(run: HeldRun, graceMs: number, reason: string): RunDecision {
    return this.#command(run, { kind: "cancel" }, { graceMs, reason });
  }

  /** Makes successors READY, skips what is not needed any more, and closes runs that are over. */
  advance(): void {
    for (const run of this.runs.values()) this.#command(run, { kind: "advance" });
  }

  /** Writes everything in a few statements. @returns what to tell after the commit. */
  async flush(trx: Trx): Promise<Changes> {
    for (const run of this.#changedRuns) run.row.revision += 1;
    await fillResults(trx, [...this.#changedRuns]);
    return await flushBatch(trx, {
      now: this.now,
      tasks: [...this.#changedTasks],
      runs: [...this.#changedRuns],
      log: this.#log,
      ends: this.#ends,
      opened: this.#opened,
      readied: [...this.#readied].filter((task) => taskStateOf(task) === TaskRunState.ready),
      toStop: [...this.#toStop],
    });
  }

  #command(
    run: HeldRun,
    command: RunCommand,
    {
      graceMs = 0,
      reason = null,
    }: { readonly graceMs?: number; readonly reason?: string | null } = {},
  ): RunDecision {
    const { row } = run;
    const tasks = run.tasks.map((task) => runTaskOf(task, this.now));
    const facts = { state: runStateOf(run), isCancelling: row.cancelling, tasks };
    const decision = decideRun(facts, command);
    if (!decision.ok) return decision;
    if (decision.isCancelling && !row.cancelling) {
      row.cancelling = true;
      row.reason = reason;
      this.#changedRuns.add(run);
    }
    const byCall = new Map(run.tasks.map((task) => [task.call.id, task]));
    for (const effect of decision.effects) {
      const task = byCall.get(effect.task);
      if (task === undefined) continue;
      if (effect.command === "stop") this.#stop(task, graceMs);
      else this.decide(task, { kind: effect.command }, effect.command === "cancel" ? reason : null);
    }
    this.#moveRun(run, decision.state);
    return decision;
  }

  /** The first deadline holds: asking again does not put it off. */
  #stop(task: HeldTask, graceMs: number): void {
    task.row.cancel_deadline_at ??= this.#later(graceMs);
    this.#changedTasks.add(task);
    this.#toStop.add(task);
  }

  #moveRun(run: HeldRun, state: RunState): void {
    const { row } = run;
    if (row.state === state) return;
    const from = row.state;
    row.state = state;
    if (state === RunState.running) row.started_at ??= this.now;
    if (isTerminal(state)) this.#close(run);
    if (!row.cancelling) row.reason = this.#reasonOf(run);
    this.#log.push({ run: row.id, task: null, from, to: state, reason: row.reason });
    this.#changedRuns.add(run);
  }

  #reasonOf(run: HeldRun): string | null {
    if (run.row.state === RunState.awaitingVersion)
      return run.tasks.find((task) => isUnserved(task, this.now))?.row.reason ?? null;
    return run.row.error?.message ?? null;
  }

  #close(run: HeldRun): void {
    run.row.ended_at = this.now;
    const culprit = culpritOf(run);
    if (culprit?.row.error != null)
      run.row.error = { ...culprit.row.error, call: culprit.call.id, taskRunId: culprit.row.id };
  }

  #end(task: HeldTask, state: AttemptState, facts: EndFacts): void {
    const { error, isReported = false, backend = null, nodeCount = 0 } = facts;
    const { row } = task;
    row.error = state === AttemptState.succeeded ? null : (error ?? row.error);
    if (row.claim_id !== null)
      this.#attempts.set(row.claim_id, { taskRunId: row.id, state, isReported });
    const written = { state, error: error ?? null, isReported, backend, nodeCount };
    this.#ends.push({ taskRunId: row.id, number: row.attempt, ...written });
  }

  #enter(task: HeldTask, state: TaskRunState): void {
    const { row } = task;
    const isBack = row.state === TaskRunState.waiting;
    row.state = state;
    this.#changedTasks.add(task);
    this.#changedRuns.add(task.run);
    if (state === TaskRunState.running) return;
    row.claim_id = null;
    row.lease_until = null;
    row.deadline_at = null;
    row.cancel_deadline_at = null;
    row.unserved_since = null;
    row.due_at = state === TaskRunState.retrying ? this.#later(retryPauseMs(task)) : null;
    if (state === TaskRunState.ready) {
      // Who waited for a limit keeps its place.
      if (!isBack || row.ready_at === null) row.ready_at = this.now;
      // Its hint goes out with the changes; the sweep repeats it if that is lost.
      row.hinted_at = this.now;
      row.hint_count = 1;
      this.#readied.add(task);
    }
    if (isTerminal(state)) row.ended_at = this.now;
  }

  #later(ms: number): Date {
    return new Date(this.now.getTime() + ms);
  }
}

async function fillResults(trx: Trx, runs: readonly HeldRun[]): Promise<void> {
  const completed = runs.filter(({ row }) => row.state === RunState.completed);
  if (completed.length === 0) return;
  const bodies = await PinnedBodies.load(trx, completed);
  for (const run of completed) run.row.results = resultsOf(run, bodies.of(run));
}
