import { CancelledError } from "./errors.ts";

/**
 * Resolves when the signal is aborted; never rejects.
 *
 * @example
 * await aborted(stop); // the whole life of a service
 */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/**
 * Waits for a promise, but no longer than the signal allows. The promise itself goes on; its later failure is dropped.
 *
 * @throws {@link CancelledError} `lifecycle/cancelled` when the signal is or becomes aborted first.
 * @example
 * const reply = await unlessAborted(pending, signal);
 */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const cancelled = Promise.withResolvers<never>();
  const onAbort = () => cancelled.reject(new CancelledError("the wait", signal.reason));
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([cancelled.promise, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
