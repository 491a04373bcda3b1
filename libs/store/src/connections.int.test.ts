import { createServer, connect, type Socket } from "node:net";
import { silentLogger } from "@weirflow/telemetry";
import { eventually } from "@weirflow/testing";
import { sql } from "kysely";
import pg from "pg";
import { describe, expect } from "vitest";
import { DatabaseUnavailableError } from "./errors.ts";
import { inTransaction, orUnavailable } from "./in-transaction.ts";
import { begin, call } from "./fixtures/flows.ts";
import { signal, storeTest } from "./fixtures/store-test.ts";
import { claim, claimOf, report, reportOf, runOf, taskOf } from "./fixtures/workers.ts";
import { openStore } from "./open-store.ts";

const test = storeTest.extend("admin", async ({ databaseUrl }, { onCleanup }) => {
  const admin = new pg.Client({ connectionString: databaseUrl });
  await admin.connect();
  onCleanup(async () => await admin.end());
  return admin;
});

/** Ends the connections of the store that wait for a lock. */
async function endWaiting(admin: pg.Client): Promise<void> {
  await eventually(async () => {
    const { rowCount } = await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'test' and wait_event_type = 'Lock'`,
    );
    expect(rowCount).toBeGreaterThan(0);
  });
}

describe("a connection that is lost", () => {
  test("before the commit: nothing happened, and asking again helps", async ({ store, admin }) => {
    const runId = await begin(store, [call("a")]);
    const request = claimOf((await taskOf(store, runId, "a")).id);
    await admin.query("begin");
    await admin.query("select 1 from runs for update");

    const outcome = expect(claim(store, request)).rejects.toMatchObject({
      code: "db/unavailable",
      disposition: "retry",
    });
    await endWaiting(admin);
    await outcome;
    await admin.query("rollback");

    expect(await claim(store, request)).toMatchObject({ verdict: "granted", attempt: 1 });
  });

  test("during the commit: nobody knows, and asking again is answered the same", async ({
    store,
    admin,
  }) => {
    const runId = await begin(store, [call("a")]);
    const request = claimOf((await taskOf(store, runId, "a")).id);
    await claim(store, request);
    // The check runs with the commit, and waits there.
    await admin.query(`create function wait() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock(7); return null; end $$`);
    await admin.query(`create constraint trigger wait after update on runs deferrable initially deferred
      for each row execute function wait()`);
    await admin.query("select pg_advisory_lock(7)");

    const outcome = expect(report(store, reportOf(request))).rejects.toMatchObject({
      code: "db/commit-unknown",
      disposition: "retry",
    });
    await endWaiting(admin);
    await outcome;
    await admin.query("select pg_advisory_unlock(7)");

    expect((await report(store, reportOf(request))).answers).toEqual([
      { verdict: "accepted", state: "COMPLETED" },
    ]);
    expect((await runOf(store, runId)).state).toBe("COMPLETED");
  });

  test("while idle is noticed without ending the process, and replaced", async ({
    store,
    admin,
  }) => {
    await sql`select 1`.execute(store.db);
    await admin.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'test'",
    );

    await eventually(async () => {
      expect((await sql<{ n: number }>`select 1 as n`.execute(store.db)).rows).toEqual([{ n: 1 }]);
    });
  });

  test("without a word is given up and never lent again", async ({ databaseUrl }) => {
    await using proxy = await startProxy(databaseUrl);
    await using store = openStore({
      url: proxy.url,
      applicationName: "mute",
      maxConnections: 1,
      answerTimeoutMs: 300,
      logger: silentLogger,
    });
    await sql`select 1`.execute(store.db);
    proxy.mute();

    await expect(orUnavailable(async () => await sql`select 1`.execute(store.db))).rejects.toThrow(
      DatabaseUnavailableError,
    );
    await expect(
      inTransaction(store, signal, async (trx) => await sql`select 1`.execute(trx)),
    ).rejects.toMatchObject({ code: "db/unavailable" });
    proxy.unmute();

    expect((await sql<{ n: number }>`select 2 as n`.execute(store.db)).rows).toEqual([{ n: 2 }]);
  });

  test("because nothing listens there is said as such", async () => {
    const url = "postgres://nobody@127.0.0.1:1/nothing";
    await using store = openStore({ url, applicationName: "none", logger: silentLogger });

    await expect(
      inTransaction(store, signal, async (trx) => await sql`select 1`.execute(trx)),
    ).rejects.toMatchObject({
      code: "db/unavailable",
      message: "the database is not available: connect ECONNREFUSED 127.0.0.1:1",
      hint: "is Postgres running, and reachable at WEIR_DATABASE_URL?",
    });
  });
});

describe("a transaction", () => {
  test("is done again after a deadlock", async ({ store }) => {
    await sql`insert into counters values ('x', 0), ('y', 0)`.execute(store.db);
    const meet = Promise.withResolvers<void>();
    let arrived = 0;
    let tries = 0;
    const addTo = (first: string, second: string) =>
      inTransaction(store, signal, async (trx) => {
        tries += 1;
        await sql`update counters set value = value + 1 where name = ${first}`.execute(trx);
        arrived += 1;
        if (arrived === 2) meet.resolve();
        await meet.promise;
        await sql`update counters set value = value + 1 where name = ${second}`.execute(trx);
      });

    await Promise.all([addTo("x", "y"), addTo("y", "x")]);

    const { rows } = await sql<{ value: number }>`select value::int from counters`.execute(
      store.db,
    );
    expect(rows).toEqual([{ value: 2 }, { value: 2 }]);
    expect(tries).toBe(3);
  });

  test("that fails on its data says so, and leaves nothing", async ({ store }) => {
    const work = inTransaction(store, signal, async (trx) => {
      await sql`insert into limits values ('a', 1)`.execute(trx);
      await sql`insert into limits values ('b', -1)`.execute(trx);
    });

    await expect(work).rejects.toMatchObject({ code: "db/data-refused", disposition: "fail" });
    expect(await store.db.selectFrom("limits").selectAll().execute()).toEqual([]);
  });

  test("keeps an error of ours as it is, and undoes what was done", async ({ store }) => {
    const ours = new DatabaseUnavailableError(new Error("on purpose"));
    const work = inTransaction(store, signal, async (trx) => {
      await sql`insert into limits values ('a', 1)`.execute(trx);
      throw ours;
    });

    await expect(work).rejects.toBe(ours);
    expect(await store.db.selectFrom("limits").selectAll().execute()).toEqual([]);
  });

  test("whose owner stands still is undone by the server", async ({ store }) => {
    const { rows } = await sql`show idle_in_transaction_session_timeout`.execute(store.db);

    expect(rows).toEqual([{ idle_in_transaction_session_timeout: "10s" }]);
  });
});

describe("disposing a store", () => {
  test("twice at once is disposing it once", async ({ databaseUrl }) => {
    const store = openStore({ url: databaseUrl, applicationName: "x", logger: silentLogger });
    await sql`select 1`.execute(store.db);

    await Promise.all([store[Symbol.asyncDispose](), store[Symbol.asyncDispose]()]);

    await expect(sql`select 1`.execute(store.db)).rejects.toThrow();
  });
});

/** Passes bytes on to the server, until it is told to keep them. */
async function startProxy(databaseUrl: string) {
  const target = new URL(databaseUrl);
  const { hostname, port } = target;
  const sockets = new Set<Socket>();
  let isMute = false;
  const server = createServer((socket) => {
    const upstream = connect(Number(port), hostname);
    for (const one of [socket, upstream]) {
      sockets.add(one);
      one.on("error", () => one.destroy());
      one.on("close", () => [socket, upstream].forEach((each) => each.destroy()));
    }
    const wasMute = isMute;
    socket.on("data", (data) => upstream.write(data));
    upstream.on("data", (data) => (isMute || wasMute ? undefined : socket.write(data)));
  });
  const ready = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", ready.resolve);
  await ready.promise;
  const address = server.address();
  target.port = String(typeof address === "object" ? address?.port : "");
  return {
    url: target.toString(),
    mute: () => void (isMute = true),
    unmute: () => void (isMute = false),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}
