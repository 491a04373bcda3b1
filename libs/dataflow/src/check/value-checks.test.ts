import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { graph } from "../graph/graph.ts";
import type { CheckOptions } from "../modifier/node.ts";
import { node } from "../modifier/node.ts";
import {
  contains,
  deviationBetween,
  inRange,
  maxNullFraction,
  meanBetween,
  notNull,
  oneOf,
} from "./value-checks.ts";

/** `check(value)`, whatever the check is written for. */
function verdict(check: CheckOptions<never>, value: unknown): true | string {
  return check.test(value as never); // the table below pairs values with checks
}

describe.each<[string, CheckOptions<never>, readonly unknown[], readonly [unknown, string][]]>([
  [
    "inRange",
    inRange({ min: 0, max: 1 }),
    [0, 1, [0.5, null, Number.NaN], Float64Array.of(0, 1), [], null, new Set([1])],
    [
      [2, "2 is outside 0 to 1"],
      [[0, -1, 3], "-1 and 1 more are outside 0 to 1"],
      ["x", "x is outside 0 to 1"],
    ],
  ],
  ["inRange with one end", inRange({ min: 3 }), [3, 1e9], [[2, "2 is outside 3 to Infinity"]]],
  [
    "oneOf",
    oneOf(["a", "b"]),
    ["a", ["b", "a", undefined]],
    [[["a", "c"], 'c is none of "a", "b"']],
  ],
  [
    "notNull",
    notNull(),
    [0, "", false, [1, 2], []],
    [
      [null, "1 of 1 are missing"],
      [[1, null, Number.NaN], "2 of 3 are missing"],
    ],
  ],
  [
    "maxNullFraction",
    maxNullFraction(0.5),
    [[1, null], [], 1],
    [[[1, null, null], "2 of 3 are missing, more than 0.5"]],
  ],
  [
    "meanBetween",
    meanBetween({ min: 1, max: 2 }),
    [[1, 2], 1.5, [0, 3, null]],
    [
      [[3, 3], "the mean 3 is outside 1 to 2"],
      [[], "the mean NaN is outside 1 to 2"],
    ],
  ],
  [
    "deviationBetween",
    deviationBetween({ max: 1 }),
    [[1, 2], Float32Array.of(5, 5, 5)],
    [
      [[0, 10], "the standard deviation 7.0710678118654755 is outside -Infinity to 1"],
      [[1], "the standard deviation NaN is outside -Infinity to 1"],
    ],
  ],
  [
    "contains",
    contains(["a", "b"]),
    ["abc", ["b", "a"], { a: 1, b: undefined }],
    [
      ["ac", 'it lacks "b"'],
      [["c"], 'it lacks "a", "b"'],
      [null, 'it lacks "a", "b"'],
    ],
  ],
])("%s", (_, check, fine, wrong) => {
  test.each(fine.map((value) => [value]))("is fine with %j", (value) => {
    expect(verdict(check, value)).toBe(true);
  });

  test.each(wrong)("says of %j: %s", (value, reason) => {
    expect(verdict(check, value)).toBe(reason);
  });
});

describe("checks of a node", () => {
  test("are all run, and all their failures told", async () => {
    const share = node(({ x }: { x: number[] }) => x, {
      check: [notNull(), inRange({ max: 1, onFail: "warn" }), meanBetween({ max: 2 })],
    });
    const seen: string[] = [];
    const watch = {
      name: "watch",
      onCheck: (it: { name: string; ok: boolean; level: string }) =>
        seen.push(`${it.name} ${it.ok ? "ok" : it.level}`),
    };

    await expect(
      graph({ share })
        .plan("share")
        .run({ x: [Number.NaN, 9] }, { plugins: [watch] }),
    ).rejects.toThrow(
      'the value of node "share" fails its checks: notNull: 1 of 2 are missing; mean: the mean 9 is outside -Infinity to 2',
    );
    expect(seen).toEqual(["notNull fail", "range warn", "mean fail"]);
  });

  test("agree with arithmetic on any numbers", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 2 }), (values) => {
        const mean = values.reduce((a, b) => a + b, 0) / values.length;
        const around = { min: mean - 1e-9, max: mean + 1e-9 };

        expect(verdict(meanBetween(around), values)).toBe(true);
        expect(verdict(inRange({ min: Math.min(...values) }), values)).toBe(true);
        expect(verdict(inRange({ min: Math.min(...values) + 1 }), values)).not.toBe(true);
      }),
    );
  });
});
