import type { RunChanged, RunId, TaskRunId, TaskSettled } from "@weirflow/contracts";

/** A READY task run that a worker may claim. */
export interface Hint {
  readonly taskRunId: TaskRunId;
  readonly pool: string;
  readonly runId: RunId;
}

/** What to tell the world after a commit; hints all of it, since the rows say what is so. */
export interface Changes {
  readonly hints: readonly Hint[];
  readonly runs: readonly RunChanged[];
  readonly settled: readonly TaskSettled[];
  /** Attempts that should stop now. */
  readonly cancelled: readonly TaskRunId[];
}

/** Nothing to tell. */
export const NO_CHANGES: Changes = { hints: [], runs: [], settled: [], cancelled: [] };
