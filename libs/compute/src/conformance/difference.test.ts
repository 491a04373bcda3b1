import { describe, expect, test } from "vitest";
import { difference } from "./difference.ts";

describe("difference", () => {
  test("is none for equal numbers", () => {
    expect(difference([[1, 2], [-3]], [Float32Array.of(1, 2), [-3]])).toBe(0);
  });

  test("is the largest distance, relative to the largest number that was expected", () => {
    expect(difference([[1, 204]], [[2, 200]])).toBe(0.02);
  });

  test("is absolute for numbers below 1", () => {
    expect(difference([[0.25, 0.5]], [[0, 0.5]])).toBe(0.25);
  });

  test("is that of the array that is farthest off", () => {
    const expected = [[100], [1], [100]];

    expect(difference([[101], [1.5], [102]], expected)).toBe(0.5);
  });

  test.each([
    ["fewer arrays", [[1]], [[1], [2]]],
    ["more arrays", [[1], [2]], [[1]]],
    ["fewer numbers", [[1]], [[1, 2]]],
    ["no number", [[Number.NaN]], [[1]]],
    ["a number where none was expected", [[1]], [[Number.NaN]]],
    ["infinity", [[Infinity]], [[1]]],
  ])("is infinite for %s", (_name, actual, expected) => {
    expect(difference(actual, expected)).toBe(Infinity);
  });
});
