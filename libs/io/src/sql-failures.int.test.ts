import { createServer } from "node:net";
import { quietContext } from "@weirflow/dataflow";
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { describe, expect, test as plainTest, vi } from "vitest";
import { type Database, databaseTest as test, openSqlite } from "../test/databases.ts";
import { SqlError } from "./errors.ts";
import { loadSql } from "./load-sql.ts";
import { saveSql } from "./save-sql.ts";

const context = quietContext();
const cities = { name: ["Kyiv", "Lviv"], people: Float64Array.of(2.5, 0.7) };

/** Waits until a statement like this runs, or none does. */
async function untilRunning(db: Kysely<Database>, like: string, count: number): Promise<void> {
  const running = sql<{ n: number }>`select count(*)::int as n from pg_stat_activity
    where state = 'active' and query like ${like} and pid <> pg_backend_pid()`;
  await vi.waitUntil(async () => (await running.execute(db)).rows[0]?.n === count, {
    timeout: 10_000,
  });
}

describe("loadSql", () => {
  test("does not write", async ({ db }) => {
    const query = sql`insert into city (name) values ('Odesa') returning name`;

    await expect(loadSql({ db, query }, context)).rejects.toThrow(
      "cannot execute INSERT in a read-only transaction",
    );
    expect(await loadSql({ db, query: sql`select name from city` }, context)).toEqual({});
  });

  test("stops a query that would never end at `maxRows`, batch by batch", async ({ db, pool }) => {
    const query = sql`select generate_series(1, 1e15)::float8 as n`;

    const failing = loadSql({ db, query, maxRows: 250, batchRows: 100 }, context);

    await expect(failing).rejects.toThrow(/^the query gave more than 250 rows$/);
    expect(pool.idleCount).toBe(pool.totalCount);
  });

  test("gives all rows of a query in batches", async ({ db }) => {
    const query = sql`select n::float8 as n from generate_series(1, 250) n`;

    for (const batchRows of [1, 100, 125, 250, 1_000])
      expect(await loadSql({ db, query, maxRows: 250, batchRows }, context)).toEqual({
        n: Float64Array.from({ length: 250 }, (_, i) => i + 1),
      });
  });

  test.for([0, 10])(
    "cancels the query in the database, in batches of %i",
    async (batchRows, { db, pool }) => {
      const stop = new AbortController();
      const query = sql`select pg_sleep(600)`;

      const failing = loadSql({ db, query, batchRows }, quietContext(stop.signal));
      const failed = expect(failing).rejects.toThrow("cancelled");
      await untilRunning(db, "%pg_sleep%", 1);
      stop.abort(new RangeError("cancelled"));

      await failed;
      await untilRunning(db, "%pg_sleep%", 0);
      expect(pool.idleCount).toBe(pool.totalCount);
    },
  );

  test("does not wait for a connection when it is cancelled", async ({ db, pool }) => {
    const held = [await pool.connect(), await pool.connect()];
    const stop = new AbortController();

    const failing = loadSql({ db, query: sql`select 1 as n` }, quietContext(stop.signal));
    const failed = expect(failing).rejects.toThrow("cancelled");
    await vi.waitUntil(() => pool.waitingCount === 1);
    stop.abort(new RangeError("cancelled"));

    await failed;
    for (const client of held) client.release();
    await vi.waitUntil(() => pool.idleCount === 2);
  });

  test("says that a lost connection may be tried again, and a wrong query not", async ({ db }) => {
    const lost = loadSql(
      { db, query: sql`select pg_terminate_backend(pg_backend_pid())` },
      context,
    );
    await expect(lost).rejects.toThrow(SqlError);
    await expect(lost).rejects.toMatchObject({ disposition: "retry" });

    const wrong = loadSql({ db, query: sql`select 1 / 0` }, context);
    await expect(wrong).rejects.toMatchObject({ disposition: "fail" });
    expect(await loadSql({ db, query: sql`select true as ok` }, context)).toEqual({ ok: [true] });
  });

  plainTest("says that a server which does not answer may do so later", async () => {
    const server = createServer();
    await new Promise<void>((up) => server.listen(0, "127.0.0.1", up));
    const address = server.address();
    await new Promise((closed) => server.close(closed));
    const port = typeof address === "object" ? address?.port : undefined;
    const pool = new pg.Pool({ host: "127.0.0.1", port });
    await using db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });

    const failing = loadSql({ db, query: sql`select 1 as n` }, context);

    await expect(failing).rejects.toThrow("the query failed: connect ECONNREFUSED");
    await expect(failing).rejects.toMatchObject({ disposition: "retry" });
  });
});

describe("saveSql", () => {
  test("stops when it is cancelled, and leaves nothing", async ({ db, pool }) => {
    const stop = new AbortController();
    const held = await pool.connect();
    await held.query("begin; lock table city");

    const failing = saveSql({ db, table: "city", value: cities }, quietContext(stop.signal));
    const failed = expect(failing).rejects.toThrow("cancelled");
    await vi.waitUntil(async () => {
      const waiting = await held.query("select 1 from pg_locks where not granted");
      return waiting.rowCount === 1;
    });
    stop.abort(new RangeError("cancelled"));

    await failed;
    await held.query("commit");
    held.release();
    expect(await loadSql({ db, query: sql`select name from city` }, context)).toEqual({});
    expect(pool.idleCount).toBe(2);
  });
});

describe("loadSql and saveSql", () => {
  plainTest("take a dialect that can neither cancel nor refuse to write", async () => {
    await using db = openSqlite();
    await sql`create table city (name text, people real)`.execute(db);
    const query = sql`select name, people from city order by name`;

    await saveSql({ db, table: "city", value: cities }, context);
    await saveSql({ db, table: "city", value: cities, mode: "replace" }, context);

    expect(await loadSql({ db, query }, context)).toEqual(cities);
    expect(
      await loadSql({ db, query: db.selectFrom("city").selectAll(), batchRows: 1 }, context),
    ).toEqual(cities);
    await expect(loadSql({ db, query, maxRows: 1 }, context)).rejects.toThrow("more than 1 rows");
    const failing = saveSql({ db, table: "city", value: { none: [1] } }, context);
    await expect(failing).rejects.toThrow('the rows could not be written into "city"');
  });
});
