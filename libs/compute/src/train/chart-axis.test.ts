import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { epochAxis, valueAxis } from "./chart-axis.ts";

describe("valueAxis", () => {
  test.each([
    [0, 2.3, 0, 2.5, [0, 0.5, 1, 1.5, 2, 2.5]],
    [0, 0.31, 0, 0.4, [0, 0.1, 0.2, 0.3, 0.4]],
    [0.83, 1, 0.8, 1, [0.8, 0.85, 0.9, 0.95, 1]],
    [0, 1_400, 0, 1_500, [0, 500, 1_000, 1_500]],
    [-0.7, 0, -0.8, 0, [-0.8, -0.6, -0.4, -0.2, 0]],
  ])("from %d to %d spans %d to %d, with ticks at %j", (low, high, from, to, ticks) => {
    expect(valueAxis(low, high)).toEqual({ from, to, ticks });
  });

  test("of one value has a length all the same", () => {
    expect(valueAxis(3, 3)).toMatchObject({ from: 3, to: 4 });
    expect(valueAxis(0, 0).to).toBeGreaterThan(0);
  });

  test("of any two numbers holds both, and ticks few, even steps from end to end", () => {
    const number = fc.double({ min: -1e300, max: 1e300, noNaN: true });
    fc.assert(
      fc.property(number, number, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        fc.pre(high === low || high - low > 1e-6 * Math.max(Math.abs(low), Math.abs(high)));

        const { from, to, ticks } = valueAxis(low, high);

        const dust = 1e-6 * (to - from);
        expect(from).toBeLessThanOrEqual(low + dust);
        expect(to).toBeGreaterThanOrEqual(high - dust);
        expect([ticks[0], ticks.at(-1)]).toEqual([from, to]);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(8);
        for (const [index, tick] of ticks.entries())
          expect(Math.abs(tick - (from + (index * (to - from)) / (ticks.length - 1)))).toBeLessThan(
            dust,
          );
      }),
      { numRuns: 300 },
    );
  });
});

describe("epochAxis", () => {
  test.each([
    [1, [1]],
    [2, [1, 2]],
    [6, [1, 2, 3, 4, 5, 6]],
    [20, [1, 5, 10, 15, 20]],
    [23, [1, 5, 10, 15, 20]],
    [5_000, [1, 1_000, 2_000, 3_000, 4_000, 5_000]],
  ])("of %d epochs writes %j", (last, ticks) => {
    expect(epochAxis(last)).toEqual({ from: 1, to: Math.max(2, last), ticks });
  });

  test("writes whole epochs that there are, some ten at most, in order", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000_000 }), (last) => {
        const { ticks } = epochAxis(last);

        expect(ticks.length).toBeLessThanOrEqual(11);
        expect(ticks).toEqual([...new Set(ticks)].toSorted((a, b) => a - b));
        for (const tick of ticks) {
          expect(Number.isInteger(tick)).toBe(true);
          expect(tick >= 1 && tick <= last).toBe(true);
        }
      }),
    );
  });
});
