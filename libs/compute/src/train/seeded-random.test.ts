import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom, shuffledRows, withRandom } from "./seeded-random.ts";

const draw = (count: number, ...seeds: [number, ...number[]]): number[] => {
  const random = seededRandom(...seeds);
  return Array.from({ length: count }, () => random());
};

describe("seededRandom", () => {
  test("gives the same numbers for the same seed and stream, and others for others", () => {
    expect(draw(3, 7)).toEqual(draw(3, 7));
    expect(
      new Set([draw(1, 7), draw(1, 8), draw(1, 7, 0), draw(1, 7, 1), draw(1, 7, 1, 1)].flat()).size,
    ).toBe(5);
  });

  test("stays between 0 and 1, evenly", () => {
    const numbers = draw(100_000, 3);
    const tenths = numbers.reduce<number[]>((counts, number) => {
      const tenth = Math.floor(number * 10);
      counts[tenth] = (counts[tenth] ?? 0) + 1;
      return counts;
    }, []);

    expect(tenths).toHaveLength(10);
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(400); // four standard deviations
  });

  test("first numbers of neighbouring streams have nothing to do with each other", () => {
    const firsts = Array.from({ length: 10_000 }, (_, stream) => draw(1, 0, stream)[0] ?? 0);
    const mean = firsts.reduce((sum, number) => sum + number, 0) / firsts.length;
    const rises = firsts.filter((number, at) => number < (firsts[at + 1] ?? 0)).length;

    expect(mean).toBeCloseTo(0.5, 1);
    expect(Math.abs(rises - 5_000)).toBeLessThan(250);
  });
});

describe("shuffledRows", () => {
  test("holds every row once", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.integer(), (count, seed) => {
        const rows = shuffledRows(count, seededRandom(seed));
        expect([...rows].sort((a, b) => a - b)).toEqual(
          Array.from({ length: count }, (_, row) => row),
        );
      }),
    );
  });

  test("puts each row first about equally often", () => {
    const counts = [0, 0, 0, 0];
    for (let seed = 0; seed < 8_000; seed += 1) {
      const [first = -1] = shuffledRows(4, seededRandom(seed));
      counts[first] = (counts[first] ?? 0) + 1;
    }

    for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(160);
  });
});

describe("withRandom", () => {
  test("lends its numbers to Math.random and takes them back, also after an error", () => {
    const own = Math.random;

    expect(
      withRandom(
        () => 0.25,
        () => Math.random(),
      ),
    ).toBe(0.25);
    expect(() =>
      withRandom(
        () => 0,
        () => {
          throw new Error("no");
        },
      ),
    ).toThrow("no");
    expect(Math.random).toBe(own);
  });
});
