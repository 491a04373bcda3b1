import { describe, expect, test } from "vitest";
import { aborted } from "./aborted.ts";
import { BackgroundLoop } from "./background-loop.ts";
import { CancelledError } from "./errors.ts";

function unexpected(error: unknown): void {
  throw error;
}

/** A loop that waits to be woken, and a way to wait for its rounds. */
function counted(options: { firstDelayMs?: number } = {}) {
  let rounds = 0;
  let changed = Promise.withResolvers<void>();
  const loop = new BackgroundLoop({
    ...options,
    onError: unexpected,
    step: async () => {
      rounds += 1;
      changed.resolve();
      changed = Promise.withResolvers<void>();
      return await Promise.resolve(Infinity);
    },
  });
  const reached = async (count: number): Promise<void> => {
    for (let seen = rounds; seen < count; seen = rounds) await changed.promise;
  };
  return { loop, reached, rounds: () => rounds };
}

describe("BackgroundLoop", () => {
  test("begins by itself, then waits as long as the step says", async () => {
    const { loop, reached, rounds } = counted();
    await using _ = loop;

    await reached(1);
    await new Promise((resolve) => setImmediate(resolve));

    expect(rounds()).toBe(1);
  });

  test("goes round again after the delay that the step returned", async () => {
    const third = Promise.withResolvers<void>();
    let rounds = 0;
    await using _ = new BackgroundLoop({
      onError: unexpected,
      step: async () => {
        if (++rounds === 3) third.resolve();
        return await Promise.resolve(1);
      },
    });

    await expect(third.promise).resolves.toBeUndefined();
  });

  test("can be woken from its pause", async () => {
    const { loop, reached } = counted();
    await using _ = loop;
    await reached(1);
    await new Promise((resolve) => setImmediate(resolve));

    loop.wake();

    await expect(reached(2)).resolves.toBeUndefined();
  });

  test("can be woken from its first pause", async () => {
    const { loop, reached } = counted({ firstDelayMs: 60_000 });
    await using _ = loop;

    loop.wake();

    await expect(reached(1)).resolves.toBeUndefined();
  });

  test("does not lose a wake that comes during a round", async () => {
    const inRound = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    let rounds = 0;
    await using loop = new BackgroundLoop({
      onError: unexpected,
      step: async () => {
        if (++rounds === 2) second.resolve();
        inRound.resolve();
        await goOn.promise;
        return Infinity;
      },
    });
    await inRound.promise;

    loop.wake();
    goOn.resolve();

    await expect(second.promise).resolves.toBeUndefined();
  });

  test("reports a round that failed, and goes on", async () => {
    const errors: unknown[] = [];
    const second = Promise.withResolvers<void>();
    let rounds = 0;
    await using _ = new BackgroundLoop({
      errorDelayMs: 1,
      onError: (error) => errors.push(error),
      step: async () => {
        if (++rounds === 1) throw new TypeError("no");
        second.resolve();
        return await Promise.resolve(Infinity);
      },
    });

    await second.promise;

    expect(errors).toEqual([new TypeError("no")]);
  });
});

describe("disposing a BackgroundLoop", () => {
  test("ends during its first pause without a round", async () => {
    const { loop, rounds } = counted({ firstDelayMs: 60_000 });

    await loop[Symbol.asyncDispose]();

    expect(rounds()).toBe(0);
  });

  test("ends while it waits to be woken", async () => {
    const { loop, reached, rounds } = counted();
    await reached(1);

    await loop[Symbol.asyncDispose]();
    loop.wake();
    await new Promise((resolve) => setImmediate(resolve));

    expect(rounds()).toBe(1);
  });

  test("aborts the round that runs, and waits for it", async () => {
    const inRound = Promise.withResolvers<void>();
    const order: string[] = [];
    const loop = new BackgroundLoop({
      onError: unexpected,
      step: async (signal) => {
        inRound.resolve();
        await aborted(signal);
        order.push("round");
        throw new CancelledError("the round");
      },
    });
    await inRound.promise;

    await Promise.all([loop[Symbol.asyncDispose](), loop[Symbol.asyncDispose]()]);
    order.push("stopped");

    expect(order).toEqual(["round", "stopped"]);
  });
});
