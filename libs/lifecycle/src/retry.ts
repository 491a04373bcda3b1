import { isWeirError } from "@weirflow/errors";
import { CancelledError } from "./errors.ts";
import { sleep } from "./sleep.ts";

/** How often and how patiently to try again: capped exponential pauses with jitter. */
export interface RetryPolicy {
  /** Tries in all, at least 1; `Infinity` tries until the signal is aborted. */
  readonly attempts: number;
  /** Pause after the first failure; it doubles with each further one. */
  readonly firstDelayMs: number;
  /** No pause is longer. */
  readonly maxDelayMs: number;
  /** Part of each pause that is random, 0 to 1: at 1 a pause lies anywhere between 0 and the full one. @default 0.5 */
  readonly jitter?: number;
}

/** What steers one {@link retry}. */
export interface RetryOptions {
  readonly signal: AbortSignal;
  /** @default an error of ours whose disposition is `"retry"` */
  readonly shouldRetry?: (error: unknown) => boolean;
  /** A number from 0 up to 1. @default Math.random */
  readonly random?: () => number;
  /** Told of each failure that another attempt follows, before the pause. */
  readonly onRetry?: (error: unknown, attempt: number, delayMs: number) => void;
}

/**
 * Calls `fn` until it succeeds, fails for good, or the attempts are used up.
 *
 * @param fn - gets the number of the attempt, from 1.
 * @returns what the first successful attempt returned.
 * @throws {@link CancelledError} `lifecycle/cancelled` when the signal is aborted before an attempt or during a pause;
 *   its cause is the last failure. Otherwise the last failure itself.
 * @example
 * const policy = { attempts: 5, firstDelayMs: 100, maxDelayMs: 5_000 };
 * const reply = await retry(policy, async () => await ask(), { signal });
 */
export async function retry<T>(
  policy: RetryPolicy,
  fn: (attempt: number) => Promise<T>,
  options: RetryOptions,
): Promise<T> {
  const { signal, shouldRetry = isRetryable, random = Math.random, onRetry } = options;
  if (signal.aborted) throw new CancelledError("the call", signal.reason);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await fn(attempt);
    } catch (error) {
      if (attempt >= policy.attempts || !shouldRetry(error)) throw error;
      const delayMs = retryDelayMs(policy, attempt, random);
      onRetry?.(error, attempt, delayMs);
      await pause(delayMs, signal, error);
    }
  }
}

/**
 * The pause after the failure of an attempt.
 *
 * @param attempt - the attempt that failed, from 1.
 * @param random - a number from 0 up to 1.
 * @returns milliseconds, 0 to `policy.maxDelayMs`.
 */
export function retryDelayMs(policy: RetryPolicy, attempt: number, random: () => number): number {
  const { firstDelayMs, maxDelayMs, jitter = 0.5 } = policy;
  const full = Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1));
  return full * (1 - jitter * random());
}

function isRetryable(error: unknown): boolean {
  return isWeirError(error) && error.disposition === "retry";
}

async function pause(delayMs: number, signal: AbortSignal, failure: unknown): Promise<void> {
  try {
    await sleep(delayMs, signal);
  } catch {
    throw new CancelledError("the retry", failure);
  }
}
