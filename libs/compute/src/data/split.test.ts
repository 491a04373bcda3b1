import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitByGroup } from "./split.ts";

const groups = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constantFrom("0", "__proto__", "")), {
    minLength: 2,
    maxLength: 60,
  })
  .filter((rows) => new Set(rows).size > 1);

describe("splitByGroup", () => {
  test("never has a group on both sides, and every row on one", () => {
    fc.assert(
      fc.property(
        groups,
        fc.integer(),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (rows, seed, ratio) => {
          const split = splitByGroup({ groups: rows, seed, validationRatio: ratio });

          const [train, validation] = [split.trainRows, split.validationRows].map(
            (side) => new Set(Array.from(side, (row) => rows[row])),
          );
          expect([...(train ?? [])].filter((group) => validation?.has(group))).toEqual([]);
          expect([...split.trainRows, ...split.validationRows].sort((a, b) => a - b)).toEqual(
            rows.map((_, row) => row),
          );
          expect(split.trainRows.length * split.validationRows.length).toBeGreaterThan(0);
        },
      ),
    );
  });

  test("holds the same groups back whatever the order of the rows", () => {
    fc.assert(
      fc.property(groups, fc.integer(), (rows, seed) => {
        const held = (order: readonly (number | string)[]): unknown =>
          new Set(
            Array.from(splitByGroup({ groups: order, seed }).validationRows, (row) => order[row]),
          );

        expect(held(rows.toReversed())).toEqual(held(rows));
      }),
    );
  });

  test("keeps about the share that is asked for", () => {
    const rows = Array.from({ length: 10_000 }, (_, row) => row % 1_000);

    const { validationRows } = splitByGroup({ groups: rows, validationRatio: 0.3 });

    expect(validationRows).toHaveLength(3_000);
  });

  test("draws other groups for other seeds", () => {
    const rows = Array.from({ length: 100 }, (_, row) => row);
    const first = splitByGroup({ groups: rows, seed: 1 });

    expect(splitByGroup({ groups: rows, seed: 1 })).toEqual(first);
    expect(splitByGroup({ groups: rows, seed: 2 })).not.toEqual(first);
  });

  test.each([
    [{ groups: [3, 3, 3] }, "there are 1 groups to split"],
    [{ groups: [] }, "there are 0 groups to split"],
    [{ groups: [1, 2], validationRatio: 0 }, "validationRatio is 0"],
    [{ groups: [1, 2], validationRatio: Number.NaN }, "validationRatio is NaN"],
  ])("refuses %j", (options, message) => {
    expect(() => splitByGroup(options)).toThrow(message);
  });
});
