import { Client } from "pg";
import { describe, expect } from "vitest";
import { serverTest as test } from "./server-test.ts";

describe("serverTest", () => {
  const seen: string[] = [];

  test("gives an empty database", async ({ databaseUrl }) => {
    seen.push(databaseUrl);
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();

    const { rows } = await client.query("select count(*)::int as n from pg_stat_user_tables");
    await client.query("create table left_over ()");
    await client.end();

    expect(rows).toEqual([{ n: 0 }]);
  });

  test("gives each test another database", async ({ databaseUrl, postgres }) => {
    expect(seen).not.toContain(databaseUrl);
    expect(new Set([databaseUrl, await postgres.freshDatabase()]).size).toBe(2);
  });

  test("copies a database", async ({ postgres }) => {
    const url = await postgres.freshDatabase();
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query("create table kept ()");
    await client.end();

    const copy = new Client({
      connectionString: await postgres.freshDatabase(new URL(url).pathname.slice(1)),
    });
    await copy.connect();
    const { rows } = await copy.query("select relname from pg_stat_user_tables");
    await copy.end();

    expect(rows).toEqual([{ relname: "kept" }]);
  });

  test("gives a nats-server of this file", async ({ nats }) => {
    expect(nats.isOwner).toBe(true);
    expect(nats.url).toBe(`nats://127.0.0.1:${nats.port}`);
  });
});
