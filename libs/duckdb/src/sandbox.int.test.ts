import { mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { folderTest as test, writeRows } from "../test/fixture.ts";
import { loadHere } from "../test/in-process.ts";
import type { Parameter } from "./options.ts";

async function valueOf(sql: string, it: Parameter): Promise<unknown> {
  return (await loadHere({ sql, parameters: { it }, numbers: "exact" }))["x"]?.[0];
}

describe("a query", () => {
  test("has its parameters as values, whatever they say", async ({ folder }) => {
    const path = join(folder, "a.csv");
    await writeFile(path, "name,secret\nann,1\nbob,2\n");
    const sql = "select secret from file where name = $name";
    const attempts = ["' or 1=1 --", "ann'; drop view file; --", '"', "$name", "\u0000", "\\"];

    expect(await loadHere({ path, sql, parameters: { name: "bob" } })).toEqual({
      secret: Float64Array.of(2),
    });
    for (const name of attempts)
      expect(await loadHere({ path, sql, parameters: { name } })).toEqual({
        secret: new Float64Array(),
      });
  });

  test("keeps each kind of parameter", async () => {
    const sql = "select $it as x";

    expect(await valueOf(sql, "größe'")).toBe("größe'");
    expect(await valueOf(sql, 7)).toBe(7n);
    expect(await valueOf(sql, 0.5)).toBe(0.5);
    expect(await valueOf(sql, -0)).toBe(-0);
    expect(await valueOf(sql, Infinity)).toBe(Infinity);
    expect(await valueOf(sql, 1e300)).toBe(1e300);
    expect(await valueOf(sql, 2n ** 100n)).toBe(2n ** 100n);
    expect(await valueOf(sql, true)).toBe(true);
    expect(await valueOf(sql, null)).toBe(null);
    expect(await valueOf(sql, new Date(-1))).toEqual(new Date(-1));
  });

  test("takes lists", async () => {
    const among = "select count(*) as x from range(10) t(i)";

    expect(await valueOf(`${among} where i in $it`, [2, 5, 20])).toBe(2n);
    expect(await valueOf(`${among} where i in $it`, [])).toBe(0n);
    expect(await valueOf(`${among} where 'a' || i in $it`, ["a1", "a2", "'"])).toBe(2n);
    expect(await valueOf(`${among} where date '2026-01-01' in $it`, [new Date("2026-01-01")])).toBe(
      10n,
    );
  });

  test.for([
    [{ name: "x", nam: 1 }, 'the parameter "nam" has no place in the query: it has no $nam; did'],
    [{}, 'the parameter "name" is missing'],
    [{ name: "\ud83d" }, "half a character"],
    [{ name: new Date(Number.NaN) }, "is an invalid date"],
    [{ name: 2n ** 127n }, "more than 128 bits"],
    [{ name: [1, "x"] }, "mixes number and string"],
    // what a caller without types may pass
    [{ name: { a: 1 } as unknown as Parameter }, "a value of type Object"],
  ] as const)("refuses %o", async ([parameters, why]) => {
    const failed = loadHere({ sql: "select $name as x", parameters });

    await expect(failed).rejects.toMatchObject({ code: "duckdb/invalid-parameter" });
    await expect(failed).rejects.toThrow(why);
  });

  test.for([
    "select * from read_csv('{}/other.csv')",
    "select * from '{}/other.csv'",
    "select * from read_text('{}/other.csv')",
    "select * from read_blob('{}/table.csv.other')",
    "select * from read_csv('{}/sub/../other.csv')",
    "select * from read_csv('{}/*.csv')",
    "select * from glob('{}/*')",
    "select * from read_text('/proc/self/environ')",
    "select * from read_parquet('https://127.0.0.1:1/x.parquet')",
    "select * from read_csv('s3://bucket/x.csv')",
  ])("does not read by %s", async (sql, { folder }) => {
    const path = join(folder, "table.csv");
    await mkdir(join(folder, "sub"));
    for (const name of ["table.csv", "other.csv", "table.csv.other"])
      await writeFile(join(folder, name), "n\n1\n");

    await expect(loadHere({ path, sql: sql.replace("{}", folder) })).rejects.toMatchObject({
      code: "duckdb/forbidden",
    });
  });

  test.for([
    "copy (select 1) to '{}/out.csv'",
    "copy (select 1) to '{}/table.csv'",
    "create table t as select 1",
    "insert into file values (1)",
    "set enable_external_access = true",
    "set variable weir_paths_file = ['/etc/passwd']",
    "attach '{}/other.db'",
    "install httpfs",
    "load httpfs",
    "pragma memory_limit = '1TB'",
    "export database '{}'",
    "explain analyze select 1",
    "select 1; copy (select 1) to '{}/out.csv'",
    "select * from file; set lock_configuration = false",
  ])("does not %s", async (sql, { folder }) => {
    const path = join(folder, "table.csv");
    await writeFile(path, "n\n1\n");

    const failed = loadHere({ path, sql: sql.replaceAll("{}", folder) });

    await expect(failed).rejects.toMatchObject({
      code: expect.stringMatching(/^duckdb\/(?:forbidden|query)$/),
    });
    expect(await readdir(folder)).toEqual(["table.csv"]);
    expect(await loadHere({ path })).toEqual({ n: Float64Array.of(1) });
  });

  test("runs with locked settings", async () => {
    const names = [
      "lock_configuration",
      "enable_external_access",
      "autoinstall_known_extensions",
      "autoload_known_extensions",
      "allow_community_extensions",
      "allow_persistent_secrets",
    ];
    const sql = `select ${names.map((name) => `current_setting('${name}') as ${name}`).join(", ")}`;

    expect(await loadHere({ sql })).toEqual(
      Object.fromEntries(names.map((name) => [name, [name === "lock_configuration"]])),
    );
  });

  test("asks no address, not even for an extension", async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;

    for (const sql of [
      `select * from read_csv('http://127.0.0.1:${port}/a.csv')`,
      `select * from 'http://127.0.0.1:${port}/a.parquet'`,
      "select * from st_read('a.shp')",
      "select * from sqlite_scan('a.db', 't')",
    ])
      await expect(loadHere({ sql })).rejects.toThrow();

    server.close();
    expect(asked).toBe(0);
  });

  test("is not part of its wrapping", async () => {
    await expect(loadHere({ sql: "select 1) union all (select 2" })).rejects.toMatchObject({
      code: "duckdb/query",
    });
    await expect(loadHere({ sql: "select 1 as a /* never closed" })).rejects.toMatchObject({
      code: "duckdb/query",
    });
    expect(await loadHere({ sql: "select 1 as a -- ) union" })).toEqual({ a: Float64Array.of(1) });
  });

  test("takes names of tables and columns as they are", async ({ folder }) => {
    const path = join(folder, "a.csv");
    await writeFile(path, 'n\'"x,"select ""1"""\n1,2\n');
    const name = `it's "a"; drop`;

    const table = await loadHere({ tables: { [name]: path }, sql: 'from "it\'s ""a""; drop"' });

    expect(Object.keys(table)).toEqual(["n'\"x", 'select "1"']);
    expect(await loadHere({ path, columns: ['select "1"'] })).toEqual({
      'select "1"': Float64Array.of(2),
    });
  });

  test("computes days and hours in UTC, wherever it runs", async () => {
    const sql = "select cast(timestamptz '2026-07-01 00:30:00+02' as varchar) as x";

    expect(await loadHere({ sql })).toEqual({ x: ["2026-06-30 22:30:00+00"] });
  });

  test("reads a Parquet file whose name ends otherwise, when it is told", async ({ folder }) => {
    const path = await writeRows(join(folder, "a.parquet"), "select 1 as n");

    expect(await loadHere({ tables: { t: { path, format: "parquet" } }, sql: "from t" })).toEqual({
      n: Float64Array.of(1),
    });
  });
});
