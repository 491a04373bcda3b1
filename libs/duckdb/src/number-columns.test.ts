import { describe, expect, test } from "vitest";
import { numberColumns } from "./number-columns.ts";

const table = {
  city: ["Kyiv", null],
  km: Float64Array.of(1, 2),
  people: Float64Array.of(3, Number.NaN),
  id: BigInt64Array.of(1n, 2n),
};

describe("numberColumns", () => {
  test("gives the columns that are named, as they are", () => {
    const { km, people } = numberColumns(table, ["people", "km"]);

    expect(km).toBe(table.km);
    expect(people).toBe(table.people);
    expect(Object.keys(numberColumns(table, ["people", "km"]))).toEqual(["people", "km"]);
  });

  test.each([
    ["kn", 'column "kn" is not there; did you mean "km"?', 'there are "city", "km"'],
    ["toString", 'column "toString" is not there', 'there are "city"'],
    ["city", 'column "city" is an array of cells, not numbers', "cast(it as double)"],
    ["id", 'column "id" is a BigInt64Array, not numbers', '`numbers: "float64"`'],
  ])("refuses the column %s", (name, message, hint) => {
    expect(() => numberColumns(table, [name])).toThrow(
      expect.objectContaining({
        code: "duckdb/invalid-column",
        message: expect.stringContaining(message),
        hint: expect.stringContaining(hint),
      }),
    );
  });
});
