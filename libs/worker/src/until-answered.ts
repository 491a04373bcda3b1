import { isWeirError } from "@weirflow/errors";
import { retry } from "@weirflow/lifecycle";
import type { Logger } from "@weirflow/telemetry";

/** What repeats a request. */
export interface UntilAnsweredOptions {
  /** Names the request in the log, e.g. `worker.report`. */
  readonly event: string;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const POLICY = { attempts: Infinity, firstDelayMs: 100, maxDelayMs: 2_000 };
/** A repeated warning is written for the first and then for each of so many. */
const WARN_EVERY = 30;

/**
 * Repeats a request until somebody answers it; a timeout, or nobody listening, is not an answer.
 *
 * @throws CancelledError `lifecycle/cancelled` once the signal is aborted; an error of the request itself, such as one
 *   that is too large.
 */
export async function untilAnswered<T>(
  ask: () => Promise<T>,
  options: UntilAnsweredOptions,
): Promise<T> {
  const { event, logger, signal } = options;
  return await retry(POLICY, ask, {
    signal,
    shouldRetry: (error) => !signal.aborted && mayBeAnswered(error),
    onRetry: (error, attempt) => {
      const level = attempt % WARN_EVERY === 1 ? "warn" : "debug";
      logger[level](`${event}-unanswered`, { error, attempt });
    },
  });
}

/** An answer that cannot be read is none: its sender may be of another version, and another one may answer next. */
function mayBeAnswered(error: unknown): boolean {
  if (!isWeirError(error)) return true;
  return error.disposition === "retry" || error.code === "contracts/malformed-message";
}
