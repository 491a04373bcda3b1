import { describe, expect, test } from "vitest";
import { type Complete, type DuckdbOptions, positive, queryPlan, WHOLE_FILE } from "./options.ts";

/** All defaults of a loader. */
const options: Complete<DuckdbOptions> = {
  path: [],
  format: "auto",
  csv: {},
  columns: [],
  sql: WHOLE_FILE,
  parameters: {},
  tables: {},
  numbers: "float64",
  limits: {},
};

describe("queryPlan", () => {
  test("calls the files of `path` the table file, and has limits", () => {
    expect(queryPlan({ ...options, path: "a.csv" })).toEqual({
      tables: new Map([["file", { path: "a.csv", format: "auto", csv: {} }]]),
      columns: [],
      sql: "select * from file",
      parameters: {},
      numbers: "float64",
      memoryBytes: 1_073_741_824,
      threads: 2,
      tableBytes: 1_073_741_824,
    });
  });

  test("takes more tables, each a path or with a form of its own", () => {
    const tables = { b: "b.parquet", c: { path: ["c.txt"], csv: { delimiter: "|" } } };

    expect(queryPlan({ ...options, path: "a.csv", sql: "from b", tables }).tables).toEqual(
      new Map<string, unknown>([
        ["file", { path: "a.csv", format: "auto", csv: {} }],
        ["b", { path: "b.parquet" }],
        ["c", { path: ["c.txt"], csv: { delimiter: "|" } }],
      ]),
    );
  });

  test("needs no file for a query that names none", () => {
    expect(queryPlan({ ...options, sql: "select 1" }).tables.size).toBe(0);
  });

  test.each([
    [{}, "`path` names no file, and there is no `sql`"],
    [{ path: [] }, "`path` names no file"],
    [{ path: "a.csv", columns: ["n"], sql: "from file" }, "`columns` cannot stand beside `sql`"],
    [{ path: "a.csv", tables: { file: "b.csv" } }, '`tables` cannot have the name "file"'],
    [{ path: "a.csv", limits: { memoryBytes: 0.5 } }, "`memoryBytes` is 0.5, not a whole number"],
    [{ path: "a.csv", limits: { tableBytes: Number.NaN } }, "`tableBytes` is NaN"],
    [{ path: "a.csv", csv: { sampleRows: 0 } }, "`sampleRows` is 0"],
    // what callers without types may pass
    [{ path: "a.csv", format: "json" as "csv" }, '`format` is "json", not one of auto, csv, parq'],
    [{ path: "a.csv", numbers: "int" as "exact" }, '`numbers` is "int", neither float64 nor exact'],
    [
      { path: "a.csv", csv: { types: { n: "float" as "number" } } },
      '`types` says that "n" is "float", not one of text, number, integer, boolean, date',
    ],
    [{ sql: "from t", tables: { t: { path: "a", format: "x" as "csv" } } }, '`format` is "x"'],
  ])("refuses %o", (wrong, why) => {
    expect(() => queryPlan({ ...options, ...wrong })).toThrow(
      expect.objectContaining({
        code: "duckdb/invalid-option",
        message: expect.stringContaining(why),
      }),
    );
  });
});

describe("positive", () => {
  test("takes whole numbers above 0, and no others", () => {
    expect(positive("threads", 1)).toBe(1);
    for (const wrong of [0, -1, 1.5, Infinity, Number.NaN, 2 ** 53])
      expect(() => positive("threads", wrong)).toThrow("not a whole number above 0");
  });
});
