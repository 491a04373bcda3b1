import { decideAttempt, overdueOutcome } from "../decide-attempt.ts";
import { decideRun } from "../decide-run.ts";
import { decideTaskRun, type EndOutcome } from "../decide-task-run.ts";
import type { AttemptState, RunState, TaskRunState } from "../states.ts";

/** What a worker does: each claim is made under a token of its own. */
export type Worker =
  | { readonly does: "nothing" }
  | { readonly does: "asks" | "works"; readonly token: string }
  | { readonly does: "reports"; readonly token: string; readonly outcome: EndOutcome };

/** An attempt's row. */
export interface AttemptRow {
  readonly token: string;
  readonly state: AttemptState;
  readonly isReported: boolean;
}

/**
 * One task run, the workers that want it, and everything that was ever said.
 *
 * `asked` only grows: a request may arrive at any time, any number of times, or never; its answer is heard or lost. So
 * each of the network's faults is among the steps.
 */
export interface World {
  readonly run: RunState;
  readonly task: TaskRunState;
  readonly isCancelling: boolean;
  readonly retriesUsed: number;
  readonly crashesUsed: number;
  readonly attempt: number;
  readonly token: string | null;
  readonly attempts: readonly AttemptRow[];
  readonly isLapsed: boolean;
  /** A hint is in the stream. */
  readonly isHinted: boolean;
  readonly workers: readonly Worker[];
  readonly asked: readonly string[];
  /** A worker heard "accepted" though nothing was written, or "refused" though it had been accepted. */
  readonly isDeceived: boolean;
  /** Faults and wishes that may still come. */
  readonly left: {
    readonly tokens: number;
    readonly kills: number;
    readonly wipes: number;
    readonly cancels: number;
  };
}

/** The decisions and habits that the model follows; a test replaces one to see it found out. */
export interface Protocol {
  readonly decideAttempt: typeof decideAttempt;
  readonly decideTaskRun: typeof decideTaskRun;
  readonly decideRun: typeof decideRun;
  readonly overdueOutcome: typeof overdueOutcome;
  /** READY task runs are hinted again. */
  readonly hintsAgain: boolean;
  /** An answer is sent after its commit. */
  readonly commitsFirst: boolean;
  /** The row of an attempt says for ever whether its own report ended it. */
  readonly recordsReports: boolean;
  readonly retryLimit: number;
}

/** What is really used. */
export const REAL: Protocol = {
  decideAttempt,
  decideTaskRun,
  decideRun,
  overdueOutcome,
  hintsAgain: true,
  commitsFirst: true,
  recordsReports: true,
  retryLimit: 1,
};

/** How large a world to explore. */
export interface Size {
  readonly workers: number;
  /** How attempts may end by themselves. */
  readonly ends: readonly EndOutcome[];
  readonly left: World["left"];
}

/** A run that was just accepted; its hint is out. */
export function startOf({ left, workers }: Size): World {
  return {
    run: "SCHEDULED",
    task: "READY",
    isCancelling: false,
    retriesUsed: 0,
    crashesUsed: 0,
    attempt: 0,
    token: null,
    attempts: [],
    isLapsed: false,
    isHinted: true,
    workers: Array.from({ length: workers }, () => ({ does: "nothing" })),
    asked: [],
    isDeceived: false,
    left,
  };
}
