import {
  type AttemptState,
  parseDeploymentId,
  parseRunId,
  parseTaskRunId,
  type TaskRunState,
} from "@weirflow/contracts";
import type { ErrorRecord } from "@weirflow/errors";
import { sql } from "kysely";
import type { Changes, Hint } from "./changes.ts";
import { type HeldRun, type HeldTask, runStateOf, taskStateOf } from "./held-run.ts";
import type { Trx } from "./in-transaction.ts";

/** A line of the state log. `task` is null for the run itself. */
export interface LogEntry {
  readonly run: string;
  readonly task: string | null;
  readonly from: string | null;
  readonly to: string;
  readonly reason: string | null;
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
/** The begin of an attempt, to be written. */
export interface OpenedAttempt {
  readonly task: HeldTask;
  readonly number: number;
  readonly claimId: string;
  readonly worker: string;
}
/** Everything that a batch changed. */
export interface Flush {
  readonly now: Date;
  readonly tasks: readonly HeldTask[];
  readonly runs: readonly HeldRun[];
  readonly log: readonly LogEntry[];
  readonly ends: readonly AttemptEnd[];
  readonly opened: readonly OpenedAttempt[];
  /** Task runs that became READY. */
  readonly readied: readonly HeldTask[];
  /** Task runs whose attempt should stop. */
  readonly toStop: readonly HeldTask[];
}

/** Writes a batch: at most one statement a table. */
export async function flushBatch(trx: Trx, flush: Flush): Promise<Changes> {
  if (flush.opened.length > 0) await insertAttempts(trx, flush);
  if (flush.ends.length > 0) await endAttempts(trx, flush);
  if (flush.tasks.length > 0) await updateTasks(trx, flush.tasks);
  if (flush.runs.length > 0) await updateRuns(trx, flush.runs);
  await insertLog(trx, flush.log, flush.now);
  return changesOf(flush);
}

/** Appends to the state log. */
export async function insertLog(trx: Trx, log: readonly LogEntry[], at: Date): Promise<void> {
  if (log.length === 0) return;
  const rows = log.map(({ run, task, from, to, reason }) => ({
    run_id: run,
    task_run_id: task,
    from_state: from,
    to_state: to,
    reason,
  }));
  // One parameter for all rows: a statement has room for 65,535.
  await sql`insert into state_log (run_id, task_run_id, from_state, to_state, reason, at)
    select r.run_id, r.task_run_id, r.from_state, r.to_state, r.reason, ${at}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r(run_id uuid, task_run_id uuid, from_state text, to_state text, reason text)`.execute(
    trx,
  );
}

async function insertAttempts(trx: Trx, { opened, now }: Flush): Promise<void> {
  const values = opened.map(({ task, number, claimId, worker }) => ({
    task_run_id: task.row.id,
    number,
    run_id: task.row.run_id,
    claim_id: claimId,
    worker,
    state: "RUNNING",
    started_at: now,
  }));
  await trx.insertInto("attempts").values(values).execute();
}

async function endAttempts(trx: Trx, { ends, now }: Flush): Promise<void> {
  const rows = ends.map((end) => ({
    task_run_id: end.taskRunId,
    number: end.number,
    state: end.state,
    error: end.error,
    reported: end.isReported,
    backend: end.backend,
    node_count: end.nodeCount,
  }));
  await sql`update attempts a set state = r.state, error = r.error, reported = r.reported, backend = r.backend,
      node_count = r.node_count, ended_at = ${now}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(task_run_id uuid, number int, state text, error jsonb,
      reported boolean, backend text, node_count int)
    where a.task_run_id = r.task_run_id and a.number = r.number`.execute(trx);
}

async function updateTasks(trx: Trx, tasks: readonly HeldTask[]): Promise<void> {
  const rows = tasks.map((task) => task.row);
  await sql`update task_runs t set state = r.state, reason = r.reason, attempt = r.attempt, claim_id = r.claim_id,
      worker = r.worker, lease_until = r.lease_until, ready_at = r.ready_at, hinted_at = r.hinted_at,
      hint_count = r.hint_count, due_at = r.due_at, deadline_at = r.deadline_at,
      cancel_deadline_at = r.cancel_deadline_at, retries_used = r.retries_used, crashes_used = r.crashes_used,
      unserved_since = r.unserved_since, outputs = r.outputs, error = r.error, started_at = r.started_at,
      ended_at = r.ended_at
    from jsonb_populate_recordset(null::task_runs, ${JSON.stringify(rows)}::jsonb) r
    where t.id = r.id`.execute(trx);
}

async function updateRuns(trx: Trx, runs: readonly HeldRun[]): Promise<void> {
  const rows = runs.map((run) => run.row);
  await sql`update runs t set revision = r.revision, state = r.state, reason = r.reason, error = r.error,
      results = r.results, cancelling = r.cancelling, started_at = r.started_at, ended_at = r.ended_at
    from jsonb_populate_recordset(null::runs, ${JSON.stringify(rows)}::jsonb) r
    where t.id = r.id`.execute(trx);
}

function changesOf({ tasks, runs, ends, readied, toStop }: Flush): Changes {
  const byId = new Map(tasks.map((task) => [task.row.id, task]));
  return {
    hints: readied.map(hintOf),
    runs: runs.map((run) => ({
      runId: parseRunId(run.row.id),
      flow: run.row.flow,
      deploymentId: parseDeploymentId(run.row.deployment_id),
      state: runStateOf(run),
      version: run.row.revision,
    })),
    settled: ends.flatMap((end) => {
      const task = byId.get(end.taskRunId);
      return task === undefined ? [] : [settledOf(task, end.number)];
    }),
    cancelled: toStop.map((task) => parseTaskRunId(task.row.id)),
  };
}

function hintOf({ row }: HeldTask): Hint {
  return { taskRunId: parseTaskRunId(row.id), pool: row.pool, runId: parseRunId(row.run_id) };
}

/** Accepted is the attempt after which the task run was over. */
function settledOf(task: HeldTask, attempt: number): Changes["settled"][number] {
  const { row } = task;
  const state: TaskRunState = taskStateOf(task);
  return {
    runId: parseRunId(row.run_id),
    taskRunId: parseTaskRunId(row.id),
    attempt,
    accepted: row.attempt === attempt && row.ended_at !== null,
    state,
  };
}
