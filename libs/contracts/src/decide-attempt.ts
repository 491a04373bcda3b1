import type { EndOutcome } from "./decide-task-run.ts";
import { type AttemptState, TaskRunState } from "./states.ts";

/** What a decision about an attempt looks at: the row of its task run, and its own. */
export interface AttemptFacts {
  readonly taskState: TaskRunState;
  /** The token of the running attempt. */
  readonly token: string | null;
  /** The attempt that the asker's token names, if there ever was one. */
  readonly own?: { readonly state: AttemptState; readonly isReported: boolean } | undefined;
  /** Whether someone asked to cancel the run. */
  readonly isCancelling: boolean;
}

/** What a worker asks under its token. */
export type AttemptCommand =
  | { readonly kind: "claim"; readonly token: string }
  | { readonly kind: "beat"; readonly token: string }
  | { readonly kind: "report"; readonly token: string };

/**
 * What becomes of it.
 *
 * `open`: a new attempt begins · `repeat`: it is answered as before, nothing changes · `renew`: the lease begins anew ·
 * `stop`: likewise, and the worker is told to stop · `end`: the attempt ends as reported.
 */
export type AttemptDecision =
  | { readonly ok: true; readonly effect: "open" | "repeat" | "renew" | "stop" | "end" }
  | { readonly ok: false; readonly refusal: string };

/**
 * Who may do what to an attempt: pure, and the only place that knows it. The token fences it.
 *
 * 1. At most one attempt of a task run is open; only its token may keep it alive or end it, also after the lease has
 *    lapsed while nobody has reaped it.
 * 2. The same claim or report again is answered as before, however often.
 * 3. A token that was spent never opens another attempt.
 *
 * @example
 * decideAttempt({ taskState: "RUNNING", token: "a1", isCancelling: false }, { kind: "report", token: "b2" });
 * // { ok: false, refusal: "…" }: the result of an old attempt never wins
 */
export function decideAttempt(facts: AttemptFacts, command: AttemptCommand): AttemptDecision {
  const isHolder = facts.taskState === TaskRunState.running && facts.token === command.token;
  switch (command.kind) {
    case "claim":
      return isHolder ? { ok: true, effect: "repeat" } : open(facts);
    case "beat":
      if (!isHolder) return stale(facts);
      return { ok: true, effect: facts.isCancelling ? "stop" : "renew" };
    default:
      if (facts.own?.isReported === true) return { ok: true, effect: "repeat" };
      return isHolder ? { ok: true, effect: "end" } : stale(facts);
  }
}

function open({ taskState, own, isCancelling }: AttemptFacts): AttemptDecision {
  if (own !== undefined) return { ok: false, refusal: `the attempt of this token is ${own.state}` };
  if (taskState !== TaskRunState.ready) return { ok: false, refusal: `it is ${taskState}` };
  if (isCancelling) return { ok: false, refusal: "its run is being cancelled" };
  return { ok: true, effect: "open" };
}

function stale({ taskState }: AttemptFacts): AttemptDecision {
  return {
    ok: false,
    refusal: `the token is not the one of a running attempt; the task run is ${taskState}`,
  };
}

/** When a running attempt has to be over, whatever its worker says. */
export interface AttemptClock {
  readonly leaseUntil: Date | null;
  /** The end of its timeout. */
  readonly deadlineAt: Date | null;
  /** When a cancelled attempt is given up without its worker. */
  readonly cancelDeadlineAt: Date | null;
}

/**
 * How a running attempt ends without its worker.
 *
 * @param options.mayReap - false while an outage may have kept beats from arriving: then a lapsed lease ends nothing.
 * @returns `undefined` while it may go on.
 */
export function overdueOutcome(
  { leaseUntil, deadlineAt, cancelDeadlineAt }: AttemptClock,
  { now, mayReap }: { readonly now: Date; readonly mayReap: boolean },
): Extract<EndOutcome, "cancelled" | "timed_out" | "crashed"> | undefined {
  const isOver = (at: Date | null): boolean => at !== null && at <= now;
  if (isOver(cancelDeadlineAt)) return "cancelled";
  if (isOver(deadlineAt)) return "timed_out";
  return mayReap && isOver(leaseUntil) ? "crashed" : undefined;
}
