import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { MemoryGauge, watchMemory } from "./memory-watch.ts";

/** How many looks it takes to end a slot that holds this, look by look; `undefined` when it goes on. */
function endedAfter(limitBytes: number, looks: readonly number[]): number | undefined {
  const gauge = new MemoryGauge(limitBytes);
  const at = looks.findIndex((usedBytes) => gauge.isTooMuch(usedBytes));
  return at === -1 ? undefined : at + 1;
}

describe("MemoryGauge", () => {
  test("lets garbage come and go", () => {
    expect(endedAfter(100, [90, 101, 120, 110, 124, 60, 101, 101, 101, 101, 99])).toBeUndefined();
  });

  test("ends what stays above the ceiling", () => {
    expect(endedAfter(100, [50, 101, 101, 101, 101, 101])).toBe(6);
  });

  test("ends what is far above at once", () => {
    expect(endedAfter(100, [50, 126])).toBe(2);
  });

  test("never ends what stays at or below the ceiling, and always what never comes back to it", () => {
    const below = fc.array(fc.nat(1_000), { maxLength: 20 });
    const above = fc.array(fc.integer({ min: 1_001, max: 5_000 }), { minLength: 5, maxLength: 9 });
    fc.assert(
      fc.property(below, above, (before, after) => {
        expect(endedAfter(1_000, before)).toBeUndefined();
        expect(endedAfter(1_000, [...before, ...after])).toBeGreaterThan(before.length);
      }),
    );
  });
});

/** A slot that holds what the test says, look by look; at the end it waits for ever, as one that native code holds. */
function holding(...looks: readonly (number | undefined)[]) {
  const left = [...looks];
  const asked = Promise.withResolvers<void>();
  const kill = vi.fn<() => void>();
  const usedBytes = async (): Promise<number | undefined> => {
    if (left.length > 0) return left.shift();
    asked.resolve();
    return await new Promise<undefined>(() => undefined);
  };
  return { slot: { usedBytes, kill }, kill, allSeen: asked.promise };
}

describe("watchMemory", () => {
  test("ends a slot above its ceiling, and keeps what it saw", async () => {
    const { slot, kill } = holding(10, 1_000);

    using watch = watchMemory(slot, { limitBytes: 100, lookMs: 1 });
    await vi.waitUntil(() => kill.mock.calls.length > 0);

    expect(watch).toMatchObject({ hasEnded: true, usedBytes: 1_000 });
  });

  test("leaves a slot alone that stays below, or that does not answer", async () => {
    const { slot, kill, allSeen } = holding(10, undefined, 90, undefined);

    using watch = watchMemory(slot, { limitBytes: 100, lookMs: 1 });
    await allSeen;

    expect(kill).not.toHaveBeenCalled();
    expect(watch).toMatchObject({ hasEnded: false, usedBytes: 90 });
  });

  test("does not look without a ceiling", () => {
    const usedBytes = vi.fn<() => Promise<number>>();
    vi.useFakeTimers();

    using watch = watchMemory({ usedBytes, kill: () => undefined }, { limitBytes: undefined });
    vi.advanceTimersByTime(10_000);
    vi.useRealTimers();

    expect(usedBytes).not.toHaveBeenCalled();
    expect(watch.usedBytes).toBeUndefined();
  });

  test("ends nothing once it is disposed, not even by an answer that was under way", async () => {
    const answer = Promise.withResolvers<number>();
    const asked = Promise.withResolvers<void>();
    const kill = vi.fn<() => void>();
    const usedBytes = async (): Promise<number> => {
      asked.resolve();
      return await answer.promise;
    };
    const watch = watchMemory({ usedBytes, kill }, { limitBytes: 100, lookMs: 1 });
    await asked.promise;

    watch[Symbol.dispose]();
    answer.resolve(1_000);
    await answer.promise;

    expect(kill).not.toHaveBeenCalled();
    expect(watch.hasEnded).toBe(false);
  });
});
