import type { AttemptState, TaskRunState } from "@weirflow/contracts";
import { type Selectable, sql } from "kysely";
import type { Store } from "../open-store.ts";
import type { AttemptsTable, TaskRunsTable } from "../tables.ts";
import { inOrder, read } from "./keyset.ts";

const COLUMNS = [
  "id",
  "run_id",
  "call",
  "task",
  "pool",
  "state",
  "reason",
  "attempt",
  "worker",
  "outputs",
  "error",
  "created_at",
  "started_at",
  "ended_at",
] as const;

/** A task run as it is read. */
export type TaskRunRow = Readonly<
  Omit<Pick<Selectable<TaskRunsTable>, (typeof COLUMNS)[number]>, "state">
> & { readonly state: TaskRunState };

const ATTEMPT_COLUMNS = [
  "task_run_id",
  "number",
  "worker",
  "state",
  "started_at",
  "ended_at",
  "error",
  "backend",
  "node_count",
] as const;

/** An attempt as it is read. */
export type AttemptRow = Readonly<
  Omit<Pick<Selectable<AttemptsTable>, (typeof ATTEMPT_COLUMNS)[number]>, "state">
> & { readonly state: AttemptState };

/** The task runs of runs, in the order of their ids, which is that of their flow. */
export async function taskRunsOfRuns(
  store: Store,
  runIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly TaskRunRow[]> {
  const query = store.db
    .selectFrom("task_runs")
    .select(COLUMNS)
    .where(sql<boolean>`run_id = any(${[...runIds]}::uuid[])`)
    .orderBy("id");
  return await read(signal, async () => (await query.execute({ signal })).map(taskRunRow));
}

/** Task runs in the order of their ids. */
export async function taskRunsByIds(
  store: Store,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly (TaskRunRow | undefined)[]> {
  const query = store.db
    .selectFrom("task_runs")
    .select(COLUMNS)
    .where(sql<boolean>`id = any(${[...ids]}::uuid[])`);
  const rows = await read(signal, async () => (await query.execute({ signal })).map(taskRunRow));
  return inOrder(ids, rows, ({ id }) => id);
}

/** The attempts of task runs, in their order. */
export async function attemptsOfTaskRuns(
  store: Store,
  taskRunIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly AttemptRow[]> {
  const query = store.db
    .selectFrom("attempts")
    .select(ATTEMPT_COLUMNS)
    .where(sql<boolean>`task_run_id = any(${[...taskRunIds]}::uuid[])`)
    .orderBy("task_run_id")
    .orderBy("number");
  const rows = await read(signal, async () => await query.execute({ signal }));
  // Only states of attempts are written to the column.
  return rows.map((row) => ({ ...row, state: row.state as AttemptState }));
}

function taskRunRow(row: Omit<TaskRunRow, "state"> & { readonly state: string }): TaskRunRow {
  // Only states of task runs are written to the column.
  return { ...row, state: row.state as TaskRunState };
}
