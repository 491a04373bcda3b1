import { sleep } from "@weirflow/lifecycle";
import { EventuallyTimeoutError } from "./errors.ts";

/** How long {@link eventually} looks, and how often. */
export interface EventuallyOptions {
  /** @default 10_000 */
  readonly timeoutMs?: number;
  /** @default 20 */
  readonly intervalMs?: number;
  /** Ends the wait early, with `lifecycle/cancelled`. */
  readonly signal?: AbortSignal;
}

/**
 * Looks again and again until `look` neither throws nor returns `false`.
 *
 * @returns what `look` returned last.
 * @throws {@link EventuallyTimeoutError} `testing/eventually-timeout`; its cause is what `look` threw last.
 * @example
 * await eventually(async () => expect(await countRuns(db)).toBe(3));
 */
export async function eventually<T>(
  look: () => T | Promise<T>,
  options: EventuallyOptions = {},
): Promise<Exclude<T, false>> {
  const { timeoutMs = 10_000, intervalMs = 20, signal = new AbortController().signal } = options;
  const end = performance.now() + timeoutMs;
  for (;;) {
    const seen = await lookOnce(look);
    // Anything but `false` is what the caller waits for.
    if (seen.ok && seen.value !== false) return seen.value as Exclude<T, false>;
    if (performance.now() >= end) throw new EventuallyTimeoutError(timeoutMs, seen.error);
    await sleep(intervalMs, signal);
  }
}

interface Look<T> {
  readonly ok: boolean;
  readonly value?: T;
  readonly error?: unknown;
}

async function lookOnce<T>(look: () => T | Promise<T>): Promise<Look<T>> {
  try {
    return { ok: true, value: await look() };
  } catch (error) {
    return { ok: false, error };
  }
}
