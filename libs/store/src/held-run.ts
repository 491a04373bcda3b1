import {
  type FlowManifest,
  isTerminal,
  type RunState,
  type RunTask,
  type TaskCall,
  TaskRunState,
} from "@weirflow/contracts";
import type { Selectable } from "kysely";
import { callOf } from "./manifests.ts";
import type { RunsTable, TaskRunsTable } from "./tables.ts";

/** A locked row of `runs`, changed in memory until the batch is flushed. */
export interface RunRow extends Selectable<RunsTable> {}
/** A locked row of `task_runs`, likewise. */
export interface TaskRow extends Selectable<TaskRunsTable> {}

/** A run that a batch holds, with all its task runs. */
export interface HeldRun {
  readonly row: RunRow;
  readonly manifest: FlowManifest;
  readonly tasks: readonly HeldTask[];
}
/** A task run that a batch holds. */
export interface HeldTask {
  readonly row: TaskRow;
  readonly call: TaskCall;
  readonly run: HeldRun;
}

/** A READY task run that nobody could run for this long makes its run say so. */
export const UNSERVED_AFTER_MS = 60_000;

/** Ties the rows of a run to the calls of its flow. */
export function holdRun(
  row: RunRow,
  manifest: FlowManifest,
  taskRows: readonly TaskRow[],
): HeldRun {
  const tasks: HeldTask[] = [];
  const run: HeldRun = { row, manifest, tasks };
  for (const task of taskRows) {
    const call = callOf(manifest, task.call);
    if (call !== undefined) tasks.push({ row: task, call, run });
  }
  return run;
}

/** The state of a run. */
export function runStateOf({ row }: HeldRun): RunState {
  return row.state as RunState; // only decisions write the column
}

/** The state of a task run. */
export function taskStateOf({ row }: HeldTask): TaskRunState {
  return row.state as TaskRunState; // only decisions write the column
}

/** A task run as the decision about its run wants it. */
export function runTaskOf(task: HeldTask, now: Date): RunTask {
  return {
    id: task.call.id,
    state: taskStateOf(task),
    needs: task.call.needs,
    isUnserved: isUnserved(task, now),
  };
}

/** Whether nobody could run it for a minute. */
export function isUnserved({ row }: HeldTask, now: Date): boolean {
  return (
    row.state === TaskRunState.ready &&
    row.unserved_since !== null &&
    now.getTime() - row.unserved_since.getTime() >= UNSERVED_AFTER_MS
  );
}

/** The pause before the retry that was just decided, milliseconds; the last of the list repeats. */
export function retryPauseMs({ row, call }: HeldTask): number {
  const { delaysMs } = call.retries;
  return delaysMs[Math.min(row.retries_used, delaysMs.length) - 1] ?? 0;
}

/** The task run whose error is that of its run: the first to end as the run did. */
export function culpritOf(run: HeldRun): HeldTask | undefined {
  const state = runStateOf(run);
  if (!isTerminal(state)) return undefined;
  return run.tasks
    .filter(({ row }) => row.state === state && row.error !== null)
    .toSorted((a, b) => (a.row.ended_at?.getTime() ?? 0) - (b.row.ended_at?.getTime() ?? 0))[0];
}
