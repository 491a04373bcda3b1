import {
  type AttemptState,
  parseDeploymentId,
  parseRunId,
  parseTaskRunId,
  type RunState,
  TaskRunState,
} from "@weirflow/contracts";
import { sql } from "kysely";
import type { Changes, Hint } from "./changes.ts";
import type { Trx } from "./in-transaction.ts";
import type { AttemptEnd, HeldRun, HeldTask } from "./run-batch.ts";

/** Everything that a batch changed. */
export interface Flush {
  readonly now: Date;
  readonly tasks: readonly HeldTask[];
  readonly runs: readonly HeldRun[];
  readonly log: readonly {
    readonly run: string;
    readonly task: string | null;
    readonly from: string;
    readonly to: string;
    readonly reason: string | null;
  }[];
  readonly ends: readonly AttemptEnd[];
  readonly opened: readonly {
    readonly task: HeldTask;
    readonly claimId: string;
    readonly worker: string;
  }[];
  readonly toCancel: readonly HeldTask[];
}

/** Writes a batch: at most one statement a table. */
export async function flushBatch(trx: Trx, flush: Flush): Promise<Changes> {
  if (flush.opened.length > 0) await insertAttempts(trx, flush);
  if (flush.ends.length > 0) await endAttempts(trx, flush);
  if (flush.tasks.length > 0) await updateTasks(trx, flush.tasks);
  if (flush.runs.length > 0) await updateRuns(trx, flush.runs);
  if (flush.log.length > 0) await insertLog(trx, flush);
  return changesOf(flush);
}

async function insertAttempts(trx: Trx, { opened, now }: Flush): Promise<void> {
  const values = opened.map(({ task, claimId, worker }) => ({
    task_run_id: task.row.id,
    number: task.row.attempt,
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

async function insertLog(trx: Trx, { log, now }: Flush): Promise<void> {
  const values = log.map((entry) => ({
    run_id: entry.run,
    task_run_id: entry.task,
    from_state: entry.from,
    to_state: entry.to,
    reason: entry.reason,
    at: now,
  }));
  await trx.insertInto("state_log").values(values).execute();
}

function changesOf({ tasks, runs, ends, toCancel }: Flush): Changes {
  const states = new Map(tasks.map((task) => [task.row.id, task]));
  return {
    hints: tasks.filter((task) => task.row.state === TaskRunState.ready).map(hintOf),
    runs: runs.map(({ row }) => ({
      runId: parseRunId(row.id),
      flow: row.flow,
      deploymentId: parseDeploymentId(row.deployment_id),
      state: row.state as RunState, // only the batch writes the column
      version: row.revision,
    })),
    settled: ends.flatMap((end) => {
      const task = states.get(end.taskRunId);
      return task === undefined ? [] : [settledOf(task, end.number, end.state)];
    }),
    cancelled: toCancel.map((task) => parseTaskRunId(task.row.id)),
  };
}

/** A hint for a task run. */
export function hintOf({ row }: HeldTask): Hint {
  return { taskRunId: parseTaskRunId(row.id), pool: row.pool, runId: parseRunId(row.run_id) };
}

function settledOf(
  { row }: HeldTask,
  attempt: number,
  state: AttemptState,
): Changes["settled"][number] {
  return {
    runId: parseRunId(row.run_id),
    taskRunId: parseTaskRunId(row.id),
    attempt,
    accepted: state === "SUCCEEDED" || (row.attempt === attempt && row.ended_at !== null),
    state: row.state as TaskRunState, // only the batch writes the column
  };
}
