import {
  AttemptState,
  decideRun,
  decideTaskRun,
  type FlowManifest,
  isTerminal,
  type RunState,
  type TaskCall,
  type TaskRunCommand,
  type TaskRunDecision,
  TaskRunState,
} from "@weirflow/contracts";
import type { ErrorRecord } from "@weirflow/errors";
import { sql, type Selectable } from "kysely";
import type { Changes } from "./changes.ts";
import { flushBatch } from "./flush-batch.ts";
import type { Trx } from "./in-transaction.ts";
import { callOf, readManifests } from "./manifests.ts";
import type { Store } from "./open-store.ts";
import { resultsOf } from "./results-of.ts";
import type { RunsTable, TaskRunsTable } from "./tables.ts";

/** A locked row of `runs`, changed in memory until the batch is flushed. */
export interface RunRow extends Selectable<RunsTable> {}
/** A locked row of `task_runs`, likewise. */
export interface TaskRow extends Selectable<TaskRunsTable> {}

/** A run that the batch holds, with all its task runs. */
export interface HeldRun {
  readonly row: RunRow;
  readonly manifest: FlowManifest;
  readonly tasks: readonly HeldTask[];
}
/** A task run that the batch holds. */
export interface HeldTask {
  readonly row: TaskRow;
  readonly call: TaskCall;
  readonly run: HeldRun;
}
/** The end of an attempt, to be written. */
export interface AttemptEnd {
  readonly taskRunId: string;
  readonly number: number;
  readonly state: AttemptState;
  readonly error: ErrorRecord | null;
  readonly isReported: boolean;
  readonly backend: string | null;
  readonly nodeCount: number;
}
/** What a report says about the attempt that it ends. */
export interface EndFacts {
  readonly error?: ErrorRecord | undefined;
  readonly isReported?: boolean;
  readonly backend?: string | undefined;
  readonly nodeCount?: number;
}

/**
 * Some runs, locked in id order with all their task runs: decisions change them in memory, one flush writes them.
 *
 * B1. Run rows are locked first, by a statement of their own, in id order; so no two transactions deadlock, and the last
 *     of several predecessors always sees the others.
 * B2. Every change goes through a `decide` function of `@weirflow/contracts`.
 * B3. `advance` runs in the transaction that ended an attempt, so a run never waits for a later one.
 */
export class RunBatch {
  readonly now: Date;
  readonly runs: ReadonlyMap<string, HeldRun>;
  readonly #tasks: ReadonlyMap<string, HeldTask>;
  readonly #changedTasks = new Set<HeldTask>();
  readonly #changedRuns = new Set<HeldRun>();
  readonly #log: {
    readonly run: string;
    readonly task: string | null;
    readonly from: string;
    readonly to: string;
    readonly reason: string | null;
  }[] = [];
  readonly #ends: AttemptEnd[] = [];
  readonly #opened: {
    readonly task: HeldTask;
    readonly claimId: string;
    readonly worker: string;
  }[] = [];
  readonly #toCancel = new Set<HeldTask>();

  private constructor(now: Date, runs: ReadonlyMap<string, HeldRun>) {
    this.now = now;
    this.runs = runs;
    this.#tasks = new Map(
      [...runs.values()].flatMap((run) => run.tasks.map((task) => [task.row.id, task] as const)),
    );
  }

  /** Locks and loads the runs of these ids; unknown ids are left out. */
  static async load(store: Store, trx: Trx, runIds: readonly string[]): Promise<RunBatch> {
    const ids = [...new Set(runIds)];
    const { rows: clock } = await sql<{ now: Date }>`select weir_now() as now`.execute(trx);
    const now = clock[0]?.now ?? new Date();
    if (ids.length === 0) return new RunBatch(now, new Map());
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
    const manifests = await readManifests(
      store,
      trx,
      runs.map((run) => run.version),
    );
    const held = runs.flatMap((row) => {
      const manifest = manifests.get(row.version);
      return manifest === undefined ? [] : [[row.id, hold(row, manifest, tasks)] as const];
    });
    return new RunBatch(now, new Map(held));
  }

  /** The runs of these task runs. */
  static async loadByTasks(
    store: Store,
    trx: Trx,
    taskRunIds: readonly string[],
  ): Promise<RunBatch> {
    const rows = await trx
      .selectFrom("task_runs")
      .select("run_id")
      .distinct()
      .where("id", "=", sql<string>`any(${[...new Set(taskRunIds)]}::uuid[])`)
      .execute();
    return await RunBatch.load(
      store,
      trx,
      rows.map((row) => row.run_id),
    );
  }

  /** A task run of one of the runs. */
  task(id: string): HeldTask | undefined {
    return this.#tasks.get(id);
  }
  /** Every task run of the batch. */
  tasks(): Iterable<HeldTask> {
    return this.#tasks.values();
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
        state: row.state as TaskRunState, // only this class writes the column
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
  open(
    task: HeldTask,
    claimId: string,
    worker: string,
    leaseMs: number,
    timeoutMs: number | undefined,
  ): void {
    const { row } = task;
    row.claim_id = claimId;
    row.worker = worker;
    row.lease_until = this.#later(leaseMs);
    row.deadline_at = timeoutMs === undefined ? null : this.#later(timeoutMs);
    row.started_at ??= this.now;
    row.unserved_since = null;
    this.#opened.push({ task, claimId, worker });
  }

  /** Asks the running attempts of a run to stop, and starts its cancelling. */
  cancelRun(run: HeldRun, graceMs: number, reason: string | null): void {
    run.row.cancelling = true;
    run.row.reason = reason;
    this.#changedRuns.add(run);
    for (const task of run.tasks) {
      if (task.row.state !== TaskRunState.running) this.decide(task, { kind: "cancel" }, reason);
      else {
        task.row.cancel_deadline_at = this.#later(graceMs);
        this.#changedTasks.add(task);
        this.#toCancel.add(task);
      }
    }
  }

  /** Notes a change of a row that is not a change of its state. */
  touch(task: HeldTask): void {
    this.#changedTasks.add(task);
  }
  /** Moves a run that is not over to a state on the way. */
  moveRun(run: HeldRun, state: RunState, reason: string | null): void {
    if (run.row.state === state || isTerminal(run.row.state as RunState)) return; // only this class writes the column
    this.#log.push({ run: run.row.id, task: null, from: run.row.state, to: state, reason });
    run.row.state = state;
    run.row.reason = reason;
    this.#changedRuns.add(run);
  }

  /** Makes successors READY, skips what is not needed any more, and closes runs that are over. */
  advance(): void {
    for (const run of this.runs.values()) this.#advanceRun(run);
  }

  /** Writes everything in a few statements. @returns what to tell after the commit. */
  async flush(trx: Trx): Promise<Changes> {
    for (const run of this.#changedRuns) run.row.revision += 1;
    return await flushBatch(trx, {
      now: this.now,
      tasks: [...this.#changedTasks],
      runs: [...this.#changedRuns],
      log: this.#log,
      ends: this.#ends,
      opened: this.#opened,
      toCancel: [...this.#toCancel],
    });
  }

  #advanceRun(run: HeldRun): void {
    if (!run.row.cancelling) this.#supply(run);
    const next = this.#decideRun(run);
    if (next.skipRest)
      for (const task of run.tasks)
        this.decide(task, { kind: run.row.cancelling ? "cancel" : "skip" });
    const last = next.skipRest ? this.#decideRun(run) : next;
    if (last.state === run.row.state) return;
    this.moveRun(run, last.state, run.row.reason);
    if (last.state === "RUNNING") run.row.started_at ??= this.now;
    if (isTerminal(last.state)) this.#close(run);
  }

  #supply(run: HeldRun): void {
    const done = new Set(
      run.tasks.filter((t) => t.row.state === TaskRunState.completed).map((t) => t.call.id),
    );
    for (const task of run.tasks) {
      if (
        task.row.state === TaskRunState.pending &&
        task.call.needs.every((need) => done.has(need))
      )
        this.decide(task, { kind: "supply" });
    }
  }

  #decideRun(run: HeldRun): ReturnType<typeof decideRun> {
    return decideRun({
      state: run.row.state as RunState, // only this class writes the column
      isCancelling: run.row.cancelling,
      taskStates: run.tasks.map((task) => task.row.state as TaskRunState), // likewise
    });
  }

  #close(run: HeldRun): void {
    run.row.ended_at = this.now;
    if (run.row.state === "COMPLETED") run.row.results = resultsOf(run);
    const culprit = run.tasks.find(
      (task) => task.row.error !== null && task.row.state !== TaskRunState.completed,
    );
    if (culprit?.row.error != null)
      run.row.error = { ...culprit.row.error, call: culprit.call.id, taskRunId: culprit.row.id };
  }

  #end(
    task: HeldTask,
    state: AttemptState,
    { error, isReported = false, backend, nodeCount = 0 }: EndFacts,
  ): void {
    const { row } = task;
    row.error = state === AttemptState.succeeded ? null : (error ?? row.error);
    this.#ends.push({
      taskRunId: row.id,
      number: row.attempt,
      state,
      error: error ?? null,
      isReported,
      backend: backend ?? null,
      nodeCount,
    });
  }

  #enter(task: HeldTask, state: TaskRunState): void {
    const { row } = task;
    row.state = state;
    this.#changedTasks.add(task);
    this.#changedRuns.add(task.run);
    if (state === TaskRunState.running) return;
    row.claim_id = null;
    row.lease_until = null;
    row.deadline_at = null;
    row.cancel_deadline_at = null;
    row.due_at = state === TaskRunState.retrying ? this.#later(pauseOf(task)) : null;
    if (state === TaskRunState.ready) {
      row.ready_at = this.now;
      // Its hint goes out with the changes; the sweep repeats it if that is lost.
      row.hinted_at = this.now;
      row.hint_count = 1;
    }
    if (isTerminal(state)) row.ended_at = this.now;
  }

  #later(ms: number): Date {
    return new Date(this.now.getTime() + ms);
  }
}

function pauseOf({ row, call }: HeldTask): number {
  const { delaysMs } = call.retries;
  return delaysMs[Math.min(row.retries_used, delaysMs.length) - 1] ?? delaysMs.at(-1) ?? 0;
}

function hold(row: RunRow, manifest: FlowManifest, rows: readonly TaskRow[]): HeldRun {
  const tasks: HeldTask[] = [];
  const run: HeldRun = { row, manifest, tasks };
  for (const task of rows) {
    const call = task.run_id === row.id ? callOf(manifest, task.call) : undefined;
    if (call !== undefined) tasks.push({ row: task, call, run });
  }
  return run;
}
