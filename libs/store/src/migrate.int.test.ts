import { readFile } from "node:fs/promises";
import { silentLogger } from "@weirflow/telemetry";
import { sql } from "kysely";
import { describe, expect } from "vitest";
import { signal, storeTest as test } from "./fixtures/store-test.ts";
import { migrate } from "./migrate.ts";
import { openStore } from "./open-store.ts";

const names = ["0001-orchestration", "0002-partitions-and-problems", "0003-live-artifacts"];

describe("migrate", () => {
  test("creates the schema once, whoever comes first", async ({ postgres }) => {
    const url = await postgres.freshDatabase();
    const stores = Array.from({ length: 4 }, () =>
      openStore({ url, applicationName: "m", logger: silentLogger }),
    );
    await using stack = new AsyncDisposableStack();
    for (const store of stores) stack.use(store);

    const ran = await Promise.all(stores.map(async (store) => await migrate(store, signal)));

    expect(ran.flat().toSorted()).toEqual(names);
  });

  test("does nothing the second time", async ({ store }) => {
    expect(await migrate(store, signal)).toEqual([]);
  });

  test("gives the tables that tables.ts describes, column by column", async ({ store }) => {
    const { rows } = await sql<{ table_name: string; columns: string[] }>`
      select table_name, array_agg(column_name || case is_nullable when 'YES' then '?' else '' end order by column_name) as columns
      from information_schema.columns
      where table_schema = 'public' and table_name not like 'kysely%' and table_name <> 'weir_clock'
      group by table_name order by table_name`.execute(store.db);

    const described = await describedTables();
    expect(Object.fromEntries(rows.map((row) => [row.table_name, row.columns.toSorted()]))).toEqual(
      described,
    );
  });
});

/** Tables and columns as `tables.ts` writes them; `?` for those that may be null. */
async function describedTables(): Promise<Record<string, string[]>> {
  const text = await readFile(new URL("tables.ts", import.meta.url), "utf8");
  const bodies = new Map(
    [...text.matchAll(/^export interface (\w+Table) \{\n([^}]*)^\}/gm)].map(
      ([, name = "", body = ""]) => [name, body] as const,
    ),
  );
  const listed = text.slice(text.indexOf("export interface Database"));
  const tables = [...listed.matchAll(/^ {2}(\w+): (\w+);$/gm)];
  return Object.fromEntries(
    tables.map(([, table = "", type = ""]) => [table, columnsOf(bodies.get(type) ?? "")]),
  );
}

function columnsOf(body: string): string[] {
  return [...body.matchAll(/^ {2}(\w+): (.+);$/gm)]
    .map(([, name = "", type = ""]) => name + (/null|Nullable/.test(type) ? "?" : ""))
    .toSorted();
}
