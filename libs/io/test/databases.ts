import { DatabaseSync } from "node:sqlite";
import { serverTest } from "@weirflow/testing";
import { Kysely, PostgresDialect, type SqliteDatabase, SqliteDialect, sql } from "kysely";
import pg from "pg";
import Cursor from "pg-cursor";

/** The table of the tests. */
export interface Database {
  readonly city: { readonly name: string | null; readonly people: number | null };
}

/** A test with a Postgres database of its own, its pool of two connections, and a table `city`. */
export const databaseTest = serverTest
  .extend("pool", async ({ databaseUrl }): Promise<pg.Pool> => {
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
    // a pool does not look at the connections that it lent
    return pool.on("connect", (client) => void client.on("error", () => undefined));
  })
  .extend("db", async ({ pool }, { onCleanup }): Promise<Kysely<Database>> => {
    const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool, cursor: Cursor }) });
    onCleanup(async () => await db.destroy());
    await sql`create table city (name text, people float8, is_big boolean, seen timestamptz)`.execute(
      db,
    );
    return db;
  });

/** A database of another dialect, in memory. */
export function openSqlite(): Kysely<Database> {
  const opened = new DatabaseSync(":memory:");
  const database: SqliteDatabase = {
    close: () => opened.close(),
    prepare: (text) => {
      const statement = opened.prepare(text);
      // kysely gives what the driver takes, or the driver refuses it
      return {
        reader: statement.columns().length > 0,
        all: (values) => statement.all(...(values as string[])),
        run: (values) => statement.run(...(values as string[])),
        iterate: (values) => statement.iterate(...(values as string[])),
      };
    },
  };
  return new Kysely<Database>({ dialect: new SqliteDialect({ database }) });
}
