import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { restAfter } from "./sweeper.ts";

const now = new Date("2026-03-01T06:00:00Z");
const inMs = (ms: number): Date => new Date(now.getTime() + ms);
const nothing = { isMore: false, nextDueAt: null, now };

describe("restAfter", () => {
  test("goes on at once when a limit was hit", () => {
    expect(restAfter({ ...nothing, isMore: true }, 2_000, 0)).toBe(0);
  });

  test("wakes just after the next thing falls due", () => {
    expect(restAfter({ ...nothing, nextDueAt: inMs(300) }, 2_000, 0)).toBe(305);
  });

  test("rests no longer than idle schedulers do", () => {
    expect(restAfter({ ...nothing, nextDueAt: inMs(60_000) }, 2_000, 0)).toBe(2_000);
    expect(restAfter(nothing, 2_000, 0)).toBe(2_000);
    expect(restAfter(nothing, 2_000, 1)).toBe(1_800);
  });

  test("does not turn in a tight loop about what is due and cannot be done", () => {
    expect(restAfter({ ...nothing, nextDueAt: inMs(-5_000) }, 2_000, 0)).toBe(250);
    expect(restAfter({ ...nothing, nextDueAt: now }, 100, 0)).toBe(100);
  });

  test("is never negative, and never above the idle pause", () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.option(fc.integer({ min: -1e9, max: 1e9 })),
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (isMore, dueMs, idleMs, chance) => {
          const nextDueAt = dueMs === null ? null : inMs(dueMs);
          const rest = restAfter({ isMore, nextDueAt, now }, idleMs, chance);

          expect(rest).toBeGreaterThanOrEqual(0);
          expect(rest).toBeLessThanOrEqual(idleMs);
        },
      ),
    );
  });
});
