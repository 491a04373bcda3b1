import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bind, graph, quietContext, value } from "@weirflow/dataflow";
import { describe, expect } from "vitest";
import { folderTest as test, recordingContext, writeRows } from "../test/fixture.ts";
import { loadDuckdb } from "./load-duckdb.ts";
import type { DuckdbOptions } from "./options.ts";
import type { Table } from "./table.ts";

const context = quietContext();

async function load(options: DuckdbOptions): Promise<Table> {
  return await loadDuckdb(options, context);
}

async function loadCsv(
  folder: string,
  content: string | Uint8Array,
  options: Partial<DuckdbOptions> = {},
): Promise<Table> {
  const path = join(folder, "table.csv");
  await writeFile(path, content);
  return await load({ path, ...options });
}

describe("loadDuckdb, of a CSV file", () => {
  test("gives numbers as Float64Array with NaN for what is missing", async ({ folder }) => {
    expect(await loadCsv(folder, "city,km,people\nKyiv,12.5,3\nLviv,,\n,540,1\n")).toEqual({
      city: ["Kyiv", "Lviv", null],
      km: Float64Array.of(12.5, Number.NaN, 540),
      people: Float64Array.of(3, Number.NaN, 1),
    });
  });

  test("gives each type its own array where numbers shall be exact", async ({ folder }) => {
    expect(
      await loadCsv(folder, "a,b,c\n1,0.5,\n9007199254740993,,7\n", { numbers: "exact" }),
    ).toEqual({
      a: BigInt64Array.of(1n, 9_007_199_254_740_993n),
      b: [0.5, null],
      c: [null, 7n],
    });
  });

  test("keeps what could be misread: leading zeros, days, times, words for nothing", async ({
    folder,
  }) => {
    const content =
      "zip,day,time,word\n01067,10/11/2024,01:02:03,NULL\n80331,2024-01-01,1:00,n/a\n";

    expect(await loadCsv(folder, content)).toEqual({
      zip: ["01067", "80331"],
      day: ["10/11/2024", "2024-01-01"],
      time: ["01:02:03", "1:00"],
      word: ["NULL", "n/a"],
    });
  });

  test("takes the types that it is told", async ({ folder }) => {
    const types = { id: "text", born: "date", n: "integer", x: "number", yes: "boolean" } as const;
    const content = "id,born,n,x,yes\n7,2024-02-29,1,2,true\n8,2026-03-01 10:00:00.5,,,\n";

    expect(await loadCsv(folder, content, { csv: { types }, numbers: "exact" })).toEqual({
      id: ["7", "8"],
      born: [new Date("2024-02-29"), new Date("2026-03-01T10:00:00.5Z")],
      n: [1n, null],
      x: [2, null],
      yes: [true, null],
    });
  });

  test("tells an empty text from a missing one", async ({ folder }) => {
    expect(await loadCsv(folder, 'a,b\n,x\n"",y\n')).toEqual({ a: [null, ""], b: ["x", "y"] });
  });

  test("takes other delimiters, line ends, a mark of Unicode, and no header", async ({
    folder,
  }) => {
    expect(await loadCsv(folder, "\ufeffa;b\r\n1;x\r\n", { csv: { delimiter: ";" } })).toEqual({
      a: Float64Array.of(1),
      b: ["x"],
    });
    expect(await loadCsv(folder, "1,x\n2,y\n", { csv: { header: false } })).toEqual({
      column0: Float64Array.of(1, 2),
      column1: ["x", "y"],
    });
  });

  test("finds a text further down than it looked, and is right where it looks at all", async ({
    folder,
  }) => {
    const content = `a\n${"1\n".repeat(30_000)}x\n`;

    await expect(loadCsv(folder, content)).rejects.toMatchObject({
      code: "duckdb/file-format",
      message: expect.stringMatching(/table\.csv" cannot be read: .*Line: 30002.*column "a".*"x"/s),
    });
    const { a } = await loadCsv(folder, content, { csv: { sampleRows: Infinity } });
    expect(a?.length).toBe(30_001);
    expect(a?.[30_000]).toBe("x");
  });

  test.for([
    ["a,b\n1,2\n3\n", "its rows have not all as many cells"],
    ["a,b\n1,2\n3,4,5\n", "its rows have not all as many cells"],
    ['a,b\n1,"x\n', "or a quote is not closed"],
    [Buffer.from("größe,b\nx,1\n", "latin1"), "not utf-8 encoded"],
  ] as const)("refuses %j, and names the file", async ([content, why], { folder }) => {
    const failed = loadCsv(folder, content);

    await expect(failed).rejects.toMatchObject({ code: "duckdb/file-format" });
    await expect(failed).rejects.toThrow(why);
    await expect(failed).rejects.toThrow(join(folder, "table.csv"));
  });

  test("refuses a type for a column that is not there", async ({ folder }) => {
    await expect(
      loadCsv(folder, "a\n1\n", { csv: { types: { b: "text" } } }),
    ).rejects.toMatchObject({
      code: "duckdb/invalid-column",
      column: "b",
    });
  });

  test("has columns without rows for a file of a header alone", async ({ folder }) => {
    expect(await loadCsv(folder, "a,b\n")).toEqual({ a: [], b: [] });
  });
});

describe("loadDuckdb, of several files", () => {
  test("reads what fits a pattern, in the order of the names", async ({ folder }) => {
    await mkdir(join(folder, "part=1/deep"), { recursive: true });
    await writeFile(join(folder, "part=1/b.csv"), "n\n2\n");
    await writeFile(join(folder, "part=1/a.csv"), "n\n1\n");
    await writeFile(join(folder, "part=1/deep/c.csv"), "n\n3\n");
    await writeFile(join(folder, "part=1/c.txt"), "n\n4\n");

    expect(await load({ path: join(folder, "*/*.csv") })).toEqual({ n: Float64Array.of(1, 2) });
    expect(await load({ path: join(folder, "**/[bc].csv") })).toEqual({ n: Float64Array.of(2, 3) });
    expect(
      await load({ path: [join(folder, "part=1/deep/c.csv"), join(folder, "part=1/*.csv")] }),
    ).toEqual({ n: Float64Array.of(3, 1, 2) });
  });

  test("sees that one of them has a text where the others have numbers", async ({ folder }) => {
    await writeFile(join(folder, "a.csv"), "n\n1\n");
    await writeFile(join(folder, "b.csv"), "n\nx\n");

    expect(await load({ path: join(folder, "*.csv") })).toEqual({ n: ["1", "x"] });
  });

  test("refuses files of different columns", async ({ folder }) => {
    await writeFile(join(folder, "a.csv"), "n\n1\n");
    await writeFile(join(folder, "b.csv"), "m\n1\n");

    await expect(load({ path: join(folder, "*.csv") })).rejects.toMatchObject({
      code: "duckdb/file-format",
      message: expect.stringContaining("Schema mismatch"),
    });
  });

  test("joins tables of several forms by a query", async ({ folder }) => {
    const cities = join(folder, "cities.csv");
    await writeFile(cities, "city;km\nKyiv;1\nLviv;540\n");
    const trips = await writeRows(
      join(folder, "trips.parquet"),
      "select * from (values ('Kyiv', 3), ('Lviv', 4)) t(city, people)",
    );

    const table = await load({
      path: trips,
      tables: { cities: { path: cities, csv: { delimiter: ";" } } },
      sql: "select city, km * people as total from file join cities using (city) order by city desc",
    });

    expect(table).toEqual({ city: ["Lviv", "Kyiv"], total: Float64Array.of(2_160, 3) });
  });
});

describe("loadDuckdb", () => {
  test("reads only the columns that are named, in their order", async ({ folder }) => {
    const path = await writeRows(
      join(folder, "a.parquet"),
      `select 1 as "say ""it""", [1] as list, 2 as "b c"`,
    );

    expect(await load({ path, columns: ["b c", 'say "it"'] })).toEqual({
      "b c": Float64Array.of(2),
      'say "it"': Float64Array.of(1),
    });
    await expect(load({ path, columns: ["b_c"] })).rejects.toMatchObject({
      code: "duckdb/invalid-column",
      message: 'column "b_c" is not there; did you mean "b c"?',
      hint: expect.stringContaining('"list"'),
    });
    await expect(load({ path })).rejects.toThrow('column "list" is of the type INTEGER[]');
  });

  test("follows a link, and takes any folder's name", async ({ folder }) => {
    const odd = join(folder, 'a\'b "c" {1,2} $x ;--.csv');
    await writeFile(odd, "n\n1\n");
    await symlink(odd, join(folder, "link.csv"));

    expect(await load({ path: odd })).toEqual({ n: Float64Array.of(1) });
    expect(await load({ path: join(folder, "link.csv") })).toEqual({ n: Float64Array.of(1) });
  });

  test("tells what it read, but no parameter", async ({ folder }) => {
    const path = join(folder, "a.csv");
    await writeFile(path, "n\n1\n2\n");
    const recording = recordingContext();
    const sql = "select n, n + $more as m from file";

    await loadDuckdb({ path, sql, parameters: { more: 5 } }, recording);

    expect(recording.told).toEqual([
      { path, query: sql, files: 1, sizeBytes: 6, rows: 2, columns: 2 },
    ]);
  });

  test("is a node that runs each time", async ({ folder }) => {
    const path = join(folder, "a.csv");
    await writeFile(path, "n;s\n1;x\n2;y\n");
    const nodes = {
      table: bind(loadDuckdb, { path: "tablePath", csv: value({ delimiter: ";" }) }),
      isOne: ({ table }: { table: Table }) => table["n"]?.[0] === 1,
    };
    const plan = graph(nodes).plan("isOne");

    expect(await plan.run({ tablePath: path })).toEqual({ isOne: true });
    await writeFile(path, "n;s\n2;x\n");
    expect(await plan.run({ tablePath: path })).toEqual({ isOne: false });
  });

  test("stops at a table that is larger than allowed", async () => {
    const sql = "select i, 'x' as s from range(10_000) t(i)";

    await expect(load({ sql, limits: { tableBytes: 100_000 } })).rejects.toMatchObject({
      code: "duckdb/too-large",
      tableBytes: 100_000,
    });
    expect((await load({ sql, limits: { tableBytes: 170_000 } }))["s"]).toHaveLength(10_000);
  });

  test("stops a query that needs more memory than allowed", async () => {
    const sql = "select hash(i)::varchar as h from range(5_000_000) t(i) order by h";

    await expect(load({ sql, limits: { memoryBytes: 32 * 2 ** 20 } })).rejects.toMatchObject({
      code: "duckdb/memory-limit",
    });
  });

  test.for([
    ["nothing.csv", "duckdb/file-missing", 'did you mean "nothing1.csv"?'],
    ["*.json", "duckdb/file-missing", "there is no file"],
    [".", "duckdb/file-access", "it is a folder"],
    ["../../dev/null", "duckdb/file-access", "it is a pipe or a device"],
  ] as const)("refuses the path %s", async ([path, code, why], { folder }) => {
    await writeFile(join(folder, "nothing1.csv"), "n\n1\n");

    const failed = load({ path: path.startsWith("..") ? "/dev/null" : join(folder, path) });

    await expect(failed).rejects.toMatchObject({ code });
    await expect(failed).rejects.toThrow(why);
  });

  test("refuses a name that DuckDB would take for a pattern", async ({ folder }) => {
    await writeFile(join(folder, "a[1].csv"), "n\n1\n");
    await writeFile(join(folder, "a1.csv"), "n\n2\n");

    expect(await load({ path: join(folder, "a[1].csv") })).toEqual({ n: Float64Array.of(2) });
    await expect(load({ path: join(folder, "a?1*.csv") })).rejects.toMatchObject({
      code: "duckdb/file-access",
    });
  });

  test("refuses what is no Parquet", async ({ folder }) => {
    const path = join(folder, "a.parquet");
    await writeFile(path, "n\n1\n");

    await expect(load({ path })).rejects.toMatchObject({ code: "duckdb/file-format" });
    expect(await load({ path, format: "csv" })).toEqual({ n: Float64Array.of(1) });
  });

  test("says what is wrong with a query, and what was meant", async ({ folder }) => {
    const path = join(folder, "a.csv");
    await writeFile(path, "amount\n1\n");

    await expect(load({ path, sql: "select amoun from file" })).rejects.toMatchObject({
      code: "duckdb/query",
      message:
        'the query failed: Binder Error: Referenced column "amoun" not found in FROM clause!',
      hint: expect.stringContaining('"amount"'),
    });
    await expect(load({ path, sql: "select amount from files" })).rejects.toMatchObject({
      hint: 'Did you mean "file"?',
    });
    await expect(load({ sql: " -- nothing" })).rejects.toThrow("there is no statement in it");
  });

  test("refuses two columns of one name", async () => {
    await expect(load({ sql: "select 1 as a, 2 as a" })).rejects.toMatchObject({
      code: "duckdb/invalid-column",
      message: 'column "a" is there twice',
    });
  });

  test("takes a query that ends in a semicolon or a comment", async () => {
    expect(await load({ sql: "select 1 as a; \n ;" })).toEqual({ a: Float64Array.of(1) });
    expect(await load({ sql: "select 1 as a -- one" })).toEqual({ a: Float64Array.of(1) });
  });
});
