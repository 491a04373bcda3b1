import { bind, graph, quietContext, value } from "@weirflow/dataflow";
import fc from "fast-check";
import { sql } from "kysely";
import { describe, expect } from "vitest";
import { databaseTest as test } from "../test/databases.ts";
import { recordingContext } from "../test/fixture.ts";
import { InvalidColumnError, SqlError } from "./errors.ts";
import { loadSql } from "./load-sql.ts";
import { saveSql } from "./save-sql.ts";
import type { Cell, Table } from "./table.ts";

const context = quietContext();

const cities: Table = {
  name: ["Kyiv", "O'Hara; drop table city", null],
  people: Float64Array.of(2.5, 1, 0),
};

describe("loadSql and saveSql", () => {
  test("what was saved is loaded", async ({ db }) => {
    const cells = <T extends Cell>(cell: fc.Arbitrary<T>): fc.Arbitrary<(T | null)[]> =>
      fc.array(fc.option(cell), { minLength: 4, maxLength: 4 });
    const postgresDate = fc.date({
      noInvalidDate: true,
      min: new Date("0001-01-01T00:00:00Z"),
      max: new Date("9999-12-31T00:00:00Z"),
    });
    const table = fc.record({
      name: cells(fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\u0000"))),
      people: fc
        .array(fc.double(), { minLength: 4, maxLength: 4 })
        .map((made) => Float64Array.from(made, (n) => n + 0)), // pg writes -0 as 0
      is_big: cells(fc.boolean()),
      seen: cells(postgresDate),
    });

    await fc.assert(
      fc.asyncProperty(table, async (saved) => {
        await saveSql({ db, table: "city", value: saved, mode: "replace" }, context);
        const query = sql`select * from city`;
        expect(await loadSql({ db, query }, context)).toEqual(saved);
      }),
      { numRuns: 40 },
    );
  });

  test("take any query of kysely's; values are parameters", async ({ db }) => {
    await saveSql({ db, table: "public.city", value: cities }, context);
    const evil = "O'Hara; drop table city";

    const built = db.selectFrom("city").select(["people"]).where("name", "=", evil);
    const tagged = sql`select people from city where name = ${evil}`;

    expect(await loadSql({ db, query: built }, context)).toEqual({ people: Float64Array.of(1) });
    expect(await loadSql({ db, query: tagged }, context)).toEqual({ people: Float64Array.of(1) });
  });

  test("tell the query without its values, and how much it gave", async ({ db }) => {
    const { told, ...context } = recordingContext();

    await saveSql({ db, table: "city", value: cities }, context);
    await loadSql({ db, query: sql`select name from city where people > ${1.5}` }, context);

    expect(told).toEqual([
      { table: "city", mode: "append", rows: 3, columns: 2 },
      { query: "select name from city where people > $1" },
      { rows: 1, columns: 1 },
    ]);
  });

  test("are nodes of a graph", async ({ db }) => {
    const nodes = {
      cities: bind(loadSql, { query: value(sql`select name, people from city order by name`) }),
      total: ({ cities }: { cities: Table }): number =>
        (cities["people"] as Float64Array).reduce((sum, n) => sum + n, 0),
    };
    await saveSql({ db, table: "city", value: cities }, context);

    expect(await graph(nodes).plan("total").run({ db })).toEqual({ total: 3.5 });
  });

  test("append by default, and write more rows than one statement takes", async ({ db }) => {
    const many: Table = { people: Float64Array.from({ length: 5_000 }, (_, i) => i) };

    await saveSql({ db, table: "city", value: many }, context);
    await saveSql({ db, table: "city", value: cities }, context);

    const query = sql`select count(*)::float8 as rows from city`;
    expect(await loadSql({ db, query }, context)).toEqual({ rows: Float64Array.of(5_003) });
  });

  test("write nothing when a row is refused, nor delete", async ({ db }) => {
    await saveSql({ db, table: "city", value: cities }, context);
    await sql`alter table city add check (people >= 0)`.execute(db);
    const people = Float64Array.from({ length: 3_000 }, (_, i) => 2_990 - i);

    const failing = saveSql({ db, table: "city", value: { people }, mode: "replace" }, context);

    await expect(failing).rejects.toThrow(SqlError);
    await expect(failing).rejects.toThrow('could not be written into "city"');
    const query = sql`select name, people from city`;
    expect(await loadSql({ db, query }, context)).toEqual(cities);
  });

  test("do not take a table's name apart as SQL", async ({ db }) => {
    const table = 'city"; drop table city; --';

    await expect(saveSql({ db, table, value: cities }, context)).rejects.toThrow(SqlError);

    expect(await loadSql({ db, query: sql`select * from city` }, context)).toEqual({});
  });

  test("give named columns also where there is no row", async ({ db }) => {
    const query = sql`select name, people from city`;

    expect(await loadSql({ db, query, columns: ["name", "people"] }, context)).toEqual({
      name: [],
      people: [],
    });
  });

  test("name a column that no table can hold, too many rows, and a broken query", async ({
    db,
  }) => {
    await saveSql({ db, table: "city", value: cities }, context);
    const json = loadSql({ db, query: sql`select '{"a":1}'::jsonb as extra` }, context);
    await expect(json).rejects.toThrow(InvalidColumnError);
    await expect(json).rejects.toThrow('column "extra"');

    const many = loadSql({ db, query: sql`select * from city`, maxRows: 2 }, context);
    await expect(many).rejects.toThrow("the query gave more than 2 rows");

    const broken = loadSql({ db, query: sql`select nothing from nowhere` }, context);
    await expect(broken).rejects.toThrow('the query failed: relation "nowhere" does not exist');
  });
});
