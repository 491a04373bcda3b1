/** States of a run. The last five are terminal and never left. */
export const RunState = {
  scheduled: "SCHEDULED",
  awaitingVersion: "AWAITING_VERSION",
  running: "RUNNING",
  paused: "PAUSED",
  cancelling: "CANCELLING",
  completed: "COMPLETED",
  failed: "FAILED",
  cancelled: "CANCELLED",
  timedOut: "TIMED_OUT",
  crashed: "CRASHED",
} as const;
export type RunState = (typeof RunState)[keyof typeof RunState];

/** States of a task run. The last six are terminal and never left. */
export const TaskRunState = {
  /** Inputs are missing. */
  pending: "PENDING",
  ready: "READY",
  running: "RUNNING",
  /** A timer runs until the next attempt. */
  retrying: "RETRYING",
  /** For a limit, an approval or an event. */
  waiting: "WAITING",
  completed: "COMPLETED",
  failed: "FAILED",
  cancelled: "CANCELLED",
  timedOut: "TIMED_OUT",
  crashed: "CRASHED",
  skipped: "SKIPPED",
} as const;
export type TaskRunState = (typeof TaskRunState)[keyof typeof TaskRunState];

/** States of an attempt. All but RUNNING are terminal. */
export const AttemptState = {
  running: "RUNNING",
  succeeded: "SUCCEEDED",
  failed: "FAILED",
  /** The lease lapsed, or the process that ran it died. */
  crashed: "CRASHED",
  timedOut: "TIMED_OUT",
  cancelled: "CANCELLED",
  /** Drained before the end: not counted. */
  released: "RELEASED",
} as const;
export type AttemptState = (typeof AttemptState)[keyof typeof AttemptState];

const TERMINAL: ReadonlySet<string> = new Set([
  "COMPLETED",
  "FAILED",
  "CANCELLED",
  "TIMED_OUT",
  "CRASHED",
  "SKIPPED",
  "SUCCEEDED",
  "RELEASED",
]);

/** Whether a run, a task run or an attempt in this state is over for good. */
export function isTerminal(state: RunState | TaskRunState | AttemptState): boolean {
  return TERMINAL.has(state);
}

/** Crashes that a task run survives beside its retries. */
export const CRASH_BUDGET = 3;
