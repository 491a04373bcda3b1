import { test } from "vitest";
import { startTestNats } from "./test-nats.ts";
import { startTestPostgres } from "./test-postgres.ts";

const START_TIMEOUT_MS = 60_000;

/**
 * vitest's `test` with real servers, started for the tests that name them:
 *
 * - `postgres`: one per worker, see {@link TestPostgres};
 * - `databaseUrl`: a new empty database for each test;
 * - `nats`: one nats-server with JetStream and an empty store per file.
 *
 * Extend it for what a package needs on top.
 *
 * @example
 * const test = serverTest.extend("db", async ({ databaseUrl }, { onCleanup }) => {
 *   const db = openDatabase({ url: databaseUrl });
 *   onCleanup(() => db.destroy());
 *   return db;
 * });
 */
export const serverTest = test
  // vitest reads the needed fixtures from the pattern, so it must be there, even when it is empty.
  // oxlint-disable-next-line no-empty-pattern
  .extend("postgres", { scope: "worker" }, async ({}, { onCleanup }) => {
    const postgres = await startTestPostgres(AbortSignal.timeout(START_TIMEOUT_MS));
    onCleanup(async () => await postgres[Symbol.asyncDispose]());
    return postgres;
  })
  // oxlint-disable-next-line no-empty-pattern
  .extend("nats", { scope: "file" }, async ({}, { onCleanup }) => {
    const nats = await startTestNats({ signal: AbortSignal.timeout(START_TIMEOUT_MS) });
    onCleanup(async () => await nats[Symbol.asyncDispose]());
    return nats;
  })
  .extend("databaseUrl", async ({ postgres }) => await postgres.freshDatabase());
