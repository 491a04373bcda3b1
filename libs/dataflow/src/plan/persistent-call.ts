import { isWeirError } from "@weirflow/errors";
import { NodeTimeoutError } from "../errors.ts";
import type { NodeOptions, RetryOptions } from "../modifier/node.ts";
import { type NodeContext, quietContext } from "../node-context.ts";
import type { NodeFunction } from "../node/spec.ts";
import { isThenable } from "./promises.ts";

/** @default of `maxDelayMs`. */
const MAX_DELAY_MS = 60_000;
/** By how much each pause is longer than the one before. */
const BACKOFF = 2;

/** Whether a node's function is called as it is. */
export function isPlainCall({ retries = 0, timeoutMs }: NodeOptions<never>): boolean {
  return retries === 0 && timeoutMs === undefined;
}

/**
 * The same function, tried again after a failure and given up when it takes too long, as its options say.
 *
 * It stays synchronous while the function does and no pause is asked for.
 */
export function persistentCall(
  node: string,
  call: NodeFunction,
  { retries = 0, timeoutMs }: NodeOptions<never>,
): NodeFunction {
  const policy: RetryOptions = typeof retries === "number" ? { count: retries } : retries;
  const timed = timeoutMs === undefined ? call : timedCall(node, call, timeoutMs);
  const attempt = (
    number: number,
    deps: Readonly<Record<string, unknown>>,
    context: NodeContext,
  ): unknown => {
    const again = (error: unknown): unknown => {
      if (!mayRetry(error, number, policy, context.signal)) throw error;
      const delayMs = delayAfter(number, policy);
      context.log("node.retried", { node, attempt: number, of: policy.count + 1, delayMs });
      if (delayMs === 0) return attempt(number + 1, deps, context);
      return pause(delayMs, context.signal).then(() => attempt(number + 1, deps, context));
    };
    let made: unknown;
    try {
      made = timed(deps, context);
    } catch (error) {
      return again(error);
    }
    return isThenable(made) ? made.then(undefined, again) : made;
  };
  return (deps, context = quietContext()) => attempt(1, deps, context);
}

function mayRetry(
  error: unknown,
  number: number,
  { count, retryIf }: RetryOptions,
  signal: AbortSignal,
): boolean {
  if (number > count || signal.aborted) return false;
  if (isWeirError(error) && error.disposition === "cancel") return false;
  return retryIf === undefined || retryIf(error);
}

function delayAfter(
  number: number,
  { delayMs = 0, maxDelayMs = MAX_DELAY_MS }: RetryOptions,
): number {
  return Math.min(delayMs * BACKOFF ** (number - 1), maxDelayMs);
}

async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = (): void => {
    // the run was cancelled: whoever waits is told why
    reject(signal.reason as Error);
  };
  const timer = setTimeout(resolve, delayMs);
  signal.addEventListener("abort", stop, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

/** A function that does not wait cannot be interrupted; one that does has its signal aborted, and is waited for no longer. */
function timedCall(node: string, call: NodeFunction, timeoutMs: number): NodeFunction {
  return (deps, context = quietContext()) => {
    const late = new AbortController();
    const made = call(deps, { ...context, signal: AbortSignal.any([context.signal, late.signal]) });
    if (!isThenable(made)) return made;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const timer = setTimeout(() => {
      const error = new NodeTimeoutError(node, timeoutMs);
      reject(error);
      late.abort(error);
    }, timeoutMs);
    made.then(resolve, reject);
    return promise.finally(() => {
      clearTimeout(timer);
    });
  };
}
