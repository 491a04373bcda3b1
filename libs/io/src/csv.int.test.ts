import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bind, graph, quietContext, value } from "@weirflow/dataflow";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { folderTest as test, recordingContext } from "../test/fixture.ts";
import type { CsvType } from "./csv-column.ts";
import { FileFormatError, InvalidColumnError } from "./errors.ts";
import { loadCsv } from "./load-csv.ts";
import { saveCsv } from "./save-csv.ts";
import type { Cell, Column, Table } from "./table.ts";

const context = quietContext();

interface Typed {
  readonly type: CsvType;
  readonly column: Column;
}

/** A table of `rows` rows, with the types of its columns. */
function typedTable(rows: number): fc.Arbitrary<readonly Typed[]> {
  const cells = <T extends Cell>(cell: fc.Arbitrary<T>): fc.Arbitrary<(T | null)[]> =>
    fc.array(fc.option(cell), { minLength: rows, maxLength: rows });
  const number = fc
    .array(fc.double(), { minLength: rows, maxLength: rows })
    .map((made): Typed => ({ type: "number", column: Float64Array.from(made) }));
  const text = fc.string({ unit: "grapheme" });
  const of =
    (type: CsvType) =>
    (column: Column): Typed => ({ type, column });
  const big = cells(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n })).map((made) => [
    ...made,
    null,
  ]);
  return fc.array(
    fc.oneof(
      number,
      cells(text).map(of("text")),
      cells(fc.boolean()).map(of("boolean")),
      cells(fc.date({ noInvalidDate: true })).map(of("date")),
      big.map((made) => of("integer")(made.slice(1))),
    ),
    { minLength: 1, maxLength: 5 },
  );
}

describe("loadCsv and saveCsv", () => {
  test("what was saved is loaded, whatever delimits it", async ({ folder }) => {
    const path = join(folder, "table.csv");
    const table = fc.integer({ min: 0, max: 5 }).chain(typedTable);

    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom(",", ";", "\t"), async (typed, delimiter) => {
        const columns = typed.map(({ column }, i) => [`c "${i}",;`, column] as const);
        const value: Table = Object.fromEntries(columns);
        const types = Object.fromEntries(typed.map(({ type }, i) => [`c "${i}",;`, type] as const));
        await saveCsv({ path, value, delimiter }, context);
        expect(await loadCsv({ path, delimiter, types }, context)).toEqual(value);
      }),
      { numRuns: 150 },
    );
    expect(await readdir(folder)).toEqual(["table.csv"]);
  });

  test("take what a column holds from its cells", async ({ folder }) => {
    const path = join(folder, "table.csv");
    await writeFile(
      path,
      "\ufeffn;gaps;flag;code;big;mixed;nothing\r\n1;;true;007;9007199254740993;1;\r\n-2.5e3; 4 ;FALSE;010;1;x;\r\n",
    );

    const table = await loadCsv({ path, delimiter: ";" }, context);

    expect(table).toEqual({
      n: Float64Array.of(1, -2500),
      gaps: Float64Array.of(Number.NaN, 4),
      flag: [true, false],
      code: ["007", "010"],
      big: ["9007199254740993", "1"],
      mixed: ["1", "x"],
      nothing: [null, null],
    });
  });

  test("give what types say", async ({ folder }) => {
    const path = join(folder, "table.csv");
    await writeFile(path, "a,b,c,d\n1,2,2026-03-01,007\n2,,2026-03-01 10:00,8\n");

    const types = { a: "integer", b: "integer", c: "date", d: "number" } as const;

    expect(await loadCsv({ path, types }, context)).toEqual({
      a: BigInt64Array.of(1n, 2n),
      b: [2n, null],
      c: [new Date("2026-03-01T00:00Z"), new Date("2026-03-01T10:00Z")],
      d: Float64Array.of(7, 8),
    });
  });

  test("name columns that have no header", async ({ folder }) => {
    const path = join(folder, "table.csv");
    await saveCsv({ path, value: { a: ["x"], b: [null] }, header: false }, context);

    expect(await readFile(path, "utf8")).toBe("x,\n");
    expect(await loadCsv({ path, header: false }, context)).toEqual({
      column1: ["x"],
      column2: [null],
    });
  });

  test("are nodes of a graph, and tell what they read and wrote", async ({ folder }) => {
    const nodes = {
      rawTable: bind(loadCsv, { path: "rawPath", delimiter: value(";") }),
      saved: bind(saveCsv, { path: "outPath", value: "rawTable" }),
    };
    const rawPath = join(folder, "raw.csv");
    const outPath = join(folder, "out/table.csv");
    await writeFile(rawPath, "a;b\n1;x\n2;y\n");
    const { told, record } = recordingContext();

    await graph(nodes).plan("saved").run({ rawPath, outPath }, { context: { record } });

    expect(await readFile(outPath, "utf8")).toBe("a,b\n1,x\n2,y\n");
    expect(told).toEqual([
      { path: rawPath, sizeBytes: 12, rows: 2, columns: 2 },
      { path: outPath, sizeBytes: 12, rows: 2, columns: 2 },
    ]);
  });

  test("read a file of many parts", async ({ folder }) => {
    const path = join(folder, "table.csv");
    const n = Float64Array.from({ length: 50_000 }, (_, i) => i);
    const text = Array.from(n, (i) => `größer ${i}`);

    await saveCsv({ path, value: { n, text } }, context);

    expect(await loadCsv({ path }, context)).toEqual({ n, text });
  });

  test.for([
    ['a\n"1\n', "Quote Not Closed"],
    ["a,a\n1,2\n", 'two columns are called "a"'],
    ["a,\n1,2\n", "column 2 has no name"],
    ["age\nold\n", 'row 1 has "old" in column "age", which is not a number'],
    ["agee\n1\n", 'no column "age", whose type is given; did you mean "agee"?'],
  ] as const)("say what is wrong with %j", async ([text, why], { folder }) => {
    const path = join(folder, "bad.csv");
    await writeFile(path, text);
    const types = text.startsWith("age") ? ({ age: "number" } as const) : {};

    const failing = loadCsv({ path, types }, context);

    await expect(failing).rejects.toThrow(FileFormatError);
    await expect(failing).rejects.toThrow(path);
    await expect(failing).rejects.toThrow(why);
  });

  test("refuse a table whose columns differ in length or hold no cells", async ({ folder }) => {
    const path = join(folder, "table.csv");
    const uneven = saveCsv({ path, value: { a: [1], b: [1, 2] } }, context);
    const nameless = saveCsv({ path, value: { "": [1] } }, context);
    const mixed = saveCsv({ path, value: { a: [1, "x"] } }, context);

    await expect(uneven).rejects.toThrow('column "b" has 2 rows where "a" has 1');
    await expect(nameless).rejects.toThrow('column "" has no name');
    await expect(mixed).rejects.toThrow('column "a" has a text in row 2 among cells of number');
    await expect(mixed).rejects.toThrow(InvalidColumnError);
    expect(await readdir(folder)).toEqual([]);
  });
});
