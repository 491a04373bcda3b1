import { AttemptState, CRASH_BUDGET, isTerminal, TaskRunState } from "./states.ts";

/** What a decision about a task run looks at. */
export interface TaskRunFacts {
  readonly state: TaskRunState;
  /** Attempts so far; the newest one's number. */
  readonly attempt: number;
  /** Failures and timeouts that were tried again. */
  readonly retriesUsed: number;
  readonly retryLimit: number;
  readonly crashesUsed: number;
  /** Whether someone asked to cancel the run. */
  readonly isCancelling: boolean;
}

/** What may happen to a task run. */
export type TaskRunCommand =
  /** Its predecessors have all succeeded. */
  | { readonly kind: "supply" }
  /** A worker wants to run it. */
  | { readonly kind: "claim" }
  /** A limit is reached. */
  | { readonly kind: "limit" }
  /** A slot of the limit is free. */
  | { readonly kind: "unlimit" }
  /** The pause before the next attempt is over. */
  | { readonly kind: "retryDue" }
  /** The newest attempt ended. */
  | { readonly kind: "end"; readonly outcome: EndOutcome; readonly isRetryable: boolean }
  /** The run will not need it any more. */
  | { readonly kind: "skip" }
  /** Someone asked to cancel the run. */
  | { readonly kind: "cancel" };

/** How an attempt ended. `crashed` also when its lease lapsed. */
export type EndOutcome =
  | "succeeded"
  | "failed"
  | "timed_out"
  | "cancelled"
  | "crashed"
  | "released";

/** What a command does, or why it does nothing. */
export type TaskRunDecision =
  | {
      readonly ok: true;
      readonly state: TaskRunState;
      readonly attempt: number;
      readonly retriesUsed: number;
      readonly crashesUsed: number;
      /** The newest attempt's end, when this command ended it. */
      readonly attemptState?: AttemptState;
    }
  | { readonly ok: false; readonly refusal: string };

/**
 * The state machine of a task run: pure, and the only place that knows it.
 *
 * 1. Terminal states are never left.
 * 2. Only a RUNNING task run has an open attempt; only `claim` opens one and raises `attempt`.
 * 3. Failures and timeouts draw on `retryLimit`, crashes on {@link CRASH_BUDGET}, releases on nothing.
 *
 * @example
 * decideTaskRun(facts, { kind: "claim" }); // { ok: true, state: "RUNNING", attempt: facts.attempt + 1, … }
 */
export function decideTaskRun(facts: TaskRunFacts, command: TaskRunCommand): TaskRunDecision {
  if (isTerminal(facts.state)) return refuse(`it is ${facts.state}`);
  switch (command.kind) {
    case "end":
      return end(facts, command);
    case "claim":
      return facts.isCancelling
        ? refuse("its run is being cancelled")
        : from(facts, [TaskRunState.ready], TaskRunState.running, { attempt: facts.attempt + 1 });
    case "cancel":
    case "skip":
      if (facts.state === TaskRunState.running)
        return refuse("an attempt is running; it has to end first");
      return move(facts, command.kind === "skip" ? TaskRunState.skipped : TaskRunState.cancelled);
    case "supply":
      return from(facts, [TaskRunState.pending], TaskRunState.ready);
    case "limit":
      return from(facts, [TaskRunState.ready], TaskRunState.waiting);
    case "unlimit":
      return from(facts, [TaskRunState.waiting], TaskRunState.ready);
    default:
      return from(facts, [TaskRunState.retrying], TaskRunState.ready);
  }
}

const ENDS: Readonly<Record<EndOutcome, AttemptState>> = {
  succeeded: AttemptState.succeeded,
  failed: AttemptState.failed,
  timed_out: AttemptState.timedOut,
  cancelled: AttemptState.cancelled,
  crashed: AttemptState.crashed,
  released: AttemptState.released,
};

function end(
  facts: TaskRunFacts,
  command: Extract<TaskRunCommand, { kind: "end" }>,
): TaskRunDecision {
  if (facts.state !== TaskRunState.running)
    return refuse(`it is ${facts.state}, no attempt is open`);
  const attemptState = ENDS[command.outcome];
  if (command.outcome === "succeeded") return move(facts, TaskRunState.completed, { attemptState });
  if (facts.isCancelling) return move(facts, TaskRunState.cancelled, { attemptState });
  switch (command.outcome) {
    case "released":
      return move(facts, TaskRunState.ready, { attemptState });
    case "cancelled":
      return move(facts, TaskRunState.cancelled, { attemptState });
    case "crashed": {
      const crashesUsed = facts.crashesUsed + 1;
      const state = crashesUsed > CRASH_BUDGET ? TaskRunState.crashed : TaskRunState.ready;
      return move(facts, state, { attemptState, crashesUsed });
    }
    default: {
      const last = command.outcome === "failed" ? TaskRunState.failed : TaskRunState.timedOut;
      if (!command.isRetryable || facts.retriesUsed >= facts.retryLimit)
        return move(facts, last, { attemptState });
      return move(facts, TaskRunState.retrying, {
        attemptState,
        retriesUsed: facts.retriesUsed + 1,
      });
    }
  }
}

type Changes = Partial<Omit<Extract<TaskRunDecision, { ok: true }>, "ok" | "state">>;

function from(
  facts: TaskRunFacts,
  allowed: readonly TaskRunState[],
  to: TaskRunState,
  changes: Changes = {},
): TaskRunDecision {
  return allowed.includes(facts.state) ? move(facts, to, changes) : refuse(`it is ${facts.state}`);
}

function move(facts: TaskRunFacts, state: TaskRunState, changes: Changes = {}): TaskRunDecision {
  const { attempt, retriesUsed, crashesUsed } = facts;
  return { ok: true, state, attempt, retriesUsed, crashesUsed, ...changes };
}

function refuse(refusal: string): TaskRunDecision {
  return { ok: false, refusal };
}
