import { setTimeout as timer } from "node:timers/promises";
import { CancelledError } from "./errors.ts";

/** Timers of Node fire at once above this. */
const MAX_TIMER_MS = 2_147_483_647;

/**
 * Waits `ms`; the wait keeps the process alive.
 *
 * @param ms - milliseconds, at least 0; `Infinity` waits for the signal.
 * @throws {@link CancelledError} `lifecycle/cancelled` when the signal is or becomes aborted.
 * @example
 * await sleep(250, signal);
 */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  try {
    for (let left = Math.max(0, ms); ; left -= MAX_TIMER_MS) {
      await timer(Math.min(left, MAX_TIMER_MS), undefined, { signal });
      if (left <= MAX_TIMER_MS) return;
    }
  } catch (error) {
    throw new CancelledError("the wait", signal.reason ?? error);
  }
}
