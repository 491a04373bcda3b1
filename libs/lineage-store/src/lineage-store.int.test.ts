import { eventually } from "@weirflow/testing";
import { sql } from "kysely";
import { describe, expect } from "vitest";
import { attemptChunk, lineageTest as test, signal } from "../test/fixture.ts";
import { LineageMigrationError, LineageStatementError, LineageUnavailableError } from "./errors.ts";
import { openLineageStore } from "./lineage-store.ts";
import { migrateLineage } from "./migrate-lineage.ts";
import { recordChunk } from "./record/record-chunks.ts";

describe("migrateLineage", () => {
  test("is done once by many at once", async ({ databaseUrl }) => {
    const stores = [1, 2, 3].map(() => openLineageStore({ url: databaseUrl }));

    const done = await Promise.all(
      stores.map(async (store) => await migrateLineage(store, signal)),
    );

    expect(done.flat()).toEqual(["0001-initial-schema", "0002-node-facts"]);
    await Promise.all(stores.map(async (store) => await store[Symbol.asyncDispose]()));
  });

  test("names the step that the database refuses", async ({ databaseUrl }) => {
    await using store = openLineageStore({ url: databaseUrl });
    await store.run(sql`create schema lineage`, signal);
    await store.run(sql`create table lineage.attempt (x int)`, signal);

    const failing = migrateLineage(store, signal);

    await expect(failing).rejects.toThrow(LineageMigrationError);
    await expect(failing).rejects.toThrow("0001-initial-schema");
  });
});

describe("LineageStore", () => {
  test("says that a database which is not there can be tried again", async () => {
    await using store = openLineageStore({ url: "postgres://postgres@127.0.0.1:1/none" });

    const failing = recordChunk(store, attemptChunk(), signal);

    await expect(failing).rejects.toThrow(LineageUnavailableError);
    await expect(failing).rejects.toMatchObject({ disposition: "retry" });
  });

  test("survives a connection that is cut, and stores on the next", async ({ store }) => {
    const cut = store.run(sql`select pg_terminate_backend(pg_backend_pid())`, signal);

    await expect(cut).rejects.toThrow(LineageUnavailableError);
    expect(await recordChunk(store, attemptChunk(), signal)).toEqual({ complete: true });
  });

  test("does not mistake a bug in a statement for bad data", async ({ store }) => {
    await expect(store.run(sql`select nothing`, signal)).rejects.toThrow(LineageStatementError);
  });

  test("cancels what its signal aborts, on the server too", async ({ store }) => {
    const stop = AbortSignal.timeout(50);

    await expect(store.run(sql`select pg_sleep(20)`, stop)).rejects.toMatchObject({
      disposition: "cancel",
    });

    await eventually(async () => {
      const { rows } = await store.run(
        sql`select 1 from pg_stat_activity where state = 'active' and query like '%pg_sleep(20)%' and pid <> pg_backend_pid()`,
        signal,
      );
      expect(rows).toEqual([]);
    });
  });

  test("can be closed twice at once", async ({ databaseUrl }) => {
    const store = openLineageStore({ url: databaseUrl });
    await store.run(sql`select 1`, signal);

    await Promise.all([store[Symbol.asyncDispose](), store[Symbol.asyncDispose]()]);
  });
});
