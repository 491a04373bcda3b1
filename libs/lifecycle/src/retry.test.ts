import fc from "fast-check";
import { WeirError } from "@weirflow/errors";
import { describe, expect, test } from "vitest";
import { CancelledError } from "./errors.ts";
import { retry, retryDelayMs } from "./retry.ts";

class BusyError extends WeirError {
  override readonly code = "test/busy";
  override readonly disposition = "retry";
}

const signal = new AbortController().signal;
const QUICK = { attempts: 3, firstDelayMs: 0, maxDelayMs: 0 };

/** Fails with these errors, in order, then returns the number of the attempt. */
function failing(...errors: readonly unknown[]): (attempt: number) => Promise<number> {
  return async (attempt) => {
    if (attempt <= errors.length) throw errors[attempt - 1];
    return await Promise.resolve(attempt);
  };
}

describe("retry", () => {
  test("returns what the first successful attempt returns", async () => {
    expect(await retry(QUICK, failing(new BusyError("a"), new BusyError("b")), { signal })).toBe(3);
  });

  test("gives up after the last attempt, with the last failure", async () => {
    const last = new BusyError("c");

    const result = retry(QUICK, failing(new BusyError("a"), new BusyError("b"), last), { signal });

    await expect(result).rejects.toBe(last);
  });

  test.each([new TypeError("bug"), new CancelledError("the call"), "a string"])(
    "does not repeat what a repetition cannot help: %s",
    async (error) => {
      let calls = 0;
      const call = async (): Promise<void> => {
        calls += 1;
        throw error;
      };

      await expect(retry(QUICK, call, { signal })).rejects.toBe(error);
      expect(calls).toBe(1);
    },
  );

  test("asks shouldRetry instead, when there is one", async () => {
    const options = { signal, shouldRetry: (error: unknown) => error instanceof TypeError };

    expect(await retry(QUICK, failing(new TypeError("x")), options)).toBe(2);
    await expect(retry(QUICK, failing(new BusyError("x")), options)).rejects.toThrow(BusyError);
  });

  test("tells of each failure before its pause", async () => {
    const seen: unknown[] = [];
    const policy = { attempts: 3, firstDelayMs: 1, maxDelayMs: 10, jitter: 0 };
    const onRetry = (error: unknown, attempt: number, delayMs: number): void => {
      seen.push([error instanceof Error && error.message, attempt, delayMs]);
    };

    await retry(policy, failing(new BusyError("a"), new BusyError("b")), { signal, onRetry });

    expect(seen).toEqual([
      ["a", 1, 1],
      ["b", 2, 2],
    ]);
  });

  test("makes no attempt once its signal is aborted", async () => {
    const result = retry(QUICK, failing(), { signal: AbortSignal.abort("stop") });

    await expect(result).rejects.toMatchObject({ code: "lifecycle/cancelled", cause: "stop" });
  });

  test("is cancelled in its pause, and says what it was waiting out", async () => {
    const stop = new AbortController();
    const policy = { attempts: Infinity, firstDelayMs: 60_000, maxDelayMs: 60_000 };
    const failure = new BusyError("a");

    const result = retry(policy, failing(failure), {
      signal: stop.signal,
      onRetry: () => stop.abort(),
    });

    await expect(result).rejects.toMatchObject({ code: "lifecycle/cancelled", cause: failure });
  });
});

describe("retryDelayMs", () => {
  test("doubles up to the longest pause", () => {
    const policy = { attempts: 9, firstDelayMs: 100, maxDelayMs: 500, jitter: 0 };

    expect([1, 2, 3, 4, 5].map((attempt) => retryDelayMs(policy, attempt, () => 0.5))).toEqual([
      100, 200, 400, 500, 500,
    ]);
  });

  test("takes away up to the part that is random", () => {
    const policy = { attempts: 9, firstDelayMs: 100, maxDelayMs: 500, jitter: 0.5 };

    expect(retryDelayMs(policy, 1, () => 0)).toBe(100);
    expect(retryDelayMs(policy, 1, () => 0.5)).toBe(75);
  });

  test("lies between 0 and the longest pause, for any attempt", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, jitter, random) => {
          const policy = { attempts: Infinity, firstDelayMs: 50, maxDelayMs: 30_000, jitter };
          const delayMs = retryDelayMs(policy, attempt, () => random);
          expect(delayMs).toBeGreaterThanOrEqual(0);
          expect(delayMs).toBeLessThanOrEqual(30_000);
        },
      ),
    );
  });
});
