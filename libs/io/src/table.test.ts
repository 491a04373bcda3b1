import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tables } from "../test/tables.ts";
import { InvalidColumnError } from "./errors.ts";
import {
  canonicalColumn,
  type Cell,
  type Column,
  fits64,
  kindOf,
  rowsOf,
  sizeOf,
  tableFromRows,
} from "./table.ts";

describe("kindOf", () => {
  test.each([
    [Float64Array.of(1), "float64"],
    [Float32Array.of(1), "float32"],
    [Int32Array.of(1), "int32"],
    [BigInt64Array.of(1n), "int64"],
    [[null, "a"], "text"],
    [[1, null], "number"],
    [[1n], "bigint"],
    [[null, false], "boolean"],
    [[new Date(0)], "date"],
    [[], "text"],
    [[null, null], "text"],
  ] as const)("of %o is %s", (column, kind) => {
    expect(kindOf("c", column)).toBe(kind);
  });

  test.each([
    [["a", 1], 'column "c" has a number in row 2 among cells of text'],
    [[1, undefined], 'column "c" has nothing (undefined) in row 2'],
    [[new Date(Number.NaN)], 'column "c" has an invalid date in row 1'],
    [[{ a: 1 }], 'column "c" has a value of type Object in row 1'],
    [["a\ud83d"], 'column "c" has half a character (a lone surrogate) in row 1'],
    [[[1]], 'column "c" has a value of type Array in row 1'],
    [Uint8Array.of(1), 'column "c" is a value of type Uint8Array'],
    ["text", 'column "c" is a value of type String'],
  ])("refuses %o", (column, message) => {
    // what a caller without types may pass
    const find = (): unknown => kindOf("c", column as unknown as Column);

    expect(find).toThrow(InvalidColumnError);
    expect(find).toThrow(message);
  });
});

describe("sizeOf", () => {
  test("counts rows and columns", () => {
    expect(sizeOf({ a: [1, 2], b: Float64Array.of(1, 2) })).toEqual({ rows: 2, columns: 2 });
    expect(sizeOf({ a: [] })).toEqual({ rows: 0, columns: 1 });
    expect(sizeOf({})).toEqual({ rows: 0, columns: 0 });
  });
});

describe("canonicalColumn", () => {
  test("makes typed arrays of numbers and bigints without gaps, and leaves the rest", () => {
    expect(canonicalColumn("c", [1, 2])).toEqual(Float64Array.of(1, 2));
    expect(canonicalColumn("c", [1n, 2n])).toEqual(BigInt64Array.of(1n, 2n));
    expect(canonicalColumn("c", [1, null])).toEqual([1, null]);
    expect(canonicalColumn("c", [2n ** 63n])).toEqual([2n ** 63n]);
    expect(canonicalColumn("c", ["1"])).toEqual(["1"]);
    expect(canonicalColumn("c", Int32Array.of(1))).toEqual(Int32Array.of(1));
  });

  test("done twice is done once", () => {
    fc.assert(
      fc.property(tables, (table) => {
        for (const [name, column] of Object.entries(table))
          expect(canonicalColumn(name, column)).toEqual(column);
      }),
    );
  });
});

test("fits64 is true from -2^63 to below 2^63", () => {
  expect([-(2n ** 63n), 2n ** 63n - 1n].map(fits64)).toEqual([true, true]);
  expect([-(2n ** 63n) - 1n, 2n ** 63n].map(fits64)).toEqual([false, false]);
});

describe("tableFromRows and rowsOf", () => {
  test("are each other's inverse, but for the kind of typed arrays", () => {
    const cell: fc.Arbitrary<Cell> = fc.option(fc.string());
    const rows = fc.array(fc.record({ a: cell, b: cell }), { minLength: 1 });

    fc.assert(
      fc.property(rows, (given) => {
        expect(rowsOf(tableFromRows(given, []), 0, given.length)).toEqual(given);
      }),
    );
  });

  test("take named columns in their order, with null where a row lacks one", () => {
    const table = tableFromRows([{ a: 1 }, { a: 2, b: "x" }], ["b", "a"]);

    expect(table).toEqual({ b: [null, "x"], a: Float64Array.of(1, 2) });
    expect(Object.keys(table)).toEqual(["b", "a"]);
    expect(tableFromRows([], ["a"])).toEqual({ a: [] });
    expect(tableFromRows([{ a: 1 }], ["toString"])).toEqual({ toString: [null] });
    expect(tableFromRows([], [])).toEqual({});
  });

  test("give a part of the rows", () => {
    const table = { n: Float64Array.of(1, 2, 3, 4), t: ["a", null, "c", "d"] };

    expect(rowsOf(table, 1, 3)).toEqual([
      { n: 2, t: null },
      { n: 3, t: "c" },
    ]);
    expect(rowsOf(table, 4, 4)).toEqual([]);
  });
});
