import fc from "fast-check";
import { tableFromIPC, tableToIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { MissingColumnError } from "./errors.ts";
import { columnOf, makeFeaturesTable, matrixOf, pick } from "./features-table.ts";

const series = (...values: readonly number[]): Float64Array => Float64Array.from(values);
const table = makeFeaturesTable({ id: series(7, 8, 9), age: series(0.5, -1, 2) });

describe("makeFeaturesTable", () => {
  test("keeps every column to the bit", () => {
    const doubles = fc.float64Array({ minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(doubles, (values) => {
        expect(columnOf(makeFeaturesTable({ x: values }), "x")).toEqual(values);
      }),
    );
  });

  test("survives the way to another task", () => {
    const arrived = tableFromIPC(tableToIPC(table));

    expect(arrived.schema.fields.map((field) => field.name)).toEqual(["id", "age"]);
    expect(arrived.getChild("age")?.toArray()).toEqual(series(0.5, -1, 2));
  });
});

describe("columnOf", () => {
  test("refuses a column that is not there, with the nearest one", () => {
    expect(() => columnOf(table, "aeg")).toThrow(MissingColumnError);
    expect(() => columnOf(table, "ages")).toThrow('did you mean "age"?');
  });
});

describe("matrixOf", () => {
  test("takes columns and rows in the order in which they are named", () => {
    expect(matrixOf(table, ["age", "id"], Int32Array.of(2, 0))).toEqual({
      values: series(2, 9, 0.5, 7),
      rows: 2,
      columns: 2,
    });
  });

  test("may have no rows", () => {
    expect(matrixOf(table, ["age"], Int32Array.of())).toEqual({
      values: series(),
      rows: 0,
      columns: 1,
    });
  });

  test("refuses a feature that the table lacks", () => {
    expect(() => matrixOf(table, ["id", "serviceTime"], Int32Array.of(0))).toThrow(
      'the table has no column "serviceTime"',
    );
  });
});

describe("pick", () => {
  test("takes values by position", () => {
    expect(pick(series(1, 2, 3), Int32Array.of(2, 2, 0))).toEqual(series(3, 3, 1));
  });
});
