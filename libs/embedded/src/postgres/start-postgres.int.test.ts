import { readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, test as base, describe, expect } from "vitest";
import { scratchFolder } from "@weirflow/testing";
import { freePort } from "../free-port.ts";
import { isAlive } from "../process-info.ts";
import { startPostgres } from "./start-postgres.ts";

const signal = new AbortController().signal;
// oxlint-disable-next-line no-empty-pattern -- vitest reads the needed fixtures from the pattern
const test = base.extend("dataDir", async ({}, { onCleanup }) => {
  const folder = await scratchFolder("postgres");
  onCleanup(async () => await rm(folder, { recursive: true }));
  return folder;
});

/** For tests that are not about how a data folder is made. */
const template = await scratchFolder("template");
afterAll(async () => await rm(template, { recursive: true }));
const QUICK = { signal, auth: "trust", template } as const;

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

describe("startPostgres", () => {
  test("starts Postgres 18 on loopback only, in UTC", async ({ dataDir }) => {
    await using postgres = await startPostgres({ dataDir, signal });
    const shown = await query(
      postgres.url("postgres"),
      "select current_setting('server_version_num')::int / 10000 as major, current_setting('listen_addresses') as at, current_setting('timezone') as zone",
    );

    expect(shown).toEqual([{ major: 18, at: "127.0.0.1", zone: "UTC" }]);
    expect(postgres.isOwner).toBe(true);
  });

  test("asks for the password that its URLs carry", async ({ dataDir }) => {
    await using postgres = await startPostgres({ dataDir, signal });
    const without = new URL(postgres.url("postgres"));
    without.password = "wrong";

    await expect(query(without.href, "select 1")).rejects.toThrow(/password authentication failed/);
  });

  test("takes settings and needs no password when told so", async ({ dataDir }) => {
    const settings = { fsync: "off" };
    await using postgres = await startPostgres({ dataDir, signal, settings, auth: "trust" });

    expect(new URL(postgres.url("postgres")).password).toBe("");
    expect(await query(postgres.url("postgres"), "show fsync")).toEqual([{ fsync: "off" }]);
  });

  test("attaches to the one that runs, and leaves it running", async ({ dataDir }) => {
    await using owner = await startPostgres({ ...QUICK, dataDir });
    {
      await using guest = await startPostgres({ ...QUICK, dataDir });
      expect(guest).toMatchObject({ pid: owner.pid, port: owner.port, isOwner: false });
      expect(guest.url("postgres")).toBe(owner.url("postgres"));
    }

    expect(await query(owner.url("postgres"), "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("starts one server for two who ask at once", async ({ dataDir }) => {
    const start = async () => await startPostgres({ ...QUICK, dataDir });
    const both = await Promise.all([start(), start()]);

    expect(new Set(both.map((server) => server.pid)).size).toBe(1);
    expect(both.filter((server) => server.isOwner)).toHaveLength(1);
    await Promise.all(both.map(async (server) => await server.stop()));
  });

  test("recovers what was committed before a kill", async ({ dataDir }) => {
    const first = await startPostgres({ ...QUICK, dataDir });
    await query(first.url("postgres"), "create table kept as select 7 as n");
    await first.kill();

    await using second = await startPostgres({ ...QUICK, dataDir });

    expect(second).toMatchObject({ isOwner: true, port: first.port });
    expect(await query(second.url("postgres"), "select n from kept")).toEqual([{ n: 7 }]);
  });

  test("keeps port and data over a restart", async ({ dataDir }) => {
    await using postgres = await startPostgres({ ...QUICK, dataDir });
    await query(postgres.url("postgres"), "create table kept as select 7 as n");
    const url = postgres.url("postgres");
    const { pid } = postgres;

    await postgres.restart();

    expect(postgres.pid).not.toBe(pid);
    expect(await query(url, "select n from kept")).toEqual([{ n: 7 }]);
  });

  test("is not fooled by a process id that something else has now", async ({ dataDir }) => {
    const first = await startPostgres({ ...QUICK, dataDir });
    await first.stop();
    const lines = [process.pid, join(dataDir, "data"), 1, first.port, "", "127.0.0.1", "1 1"];
    await writeFile(join(dataDir, "data/postmaster.pid"), `${lines.join("\n")}\n`);

    await using second = await startPostgres({ ...QUICK, dataDir });

    expect(second.isOwner).toBe(true);
  });

  test("starts over when it was cut off while making its folder", async ({ dataDir }) => {
    const cut = startPostgres({ dataDir, signal: AbortSignal.timeout(1) });
    await expect(cut).rejects.toMatchObject({ code: "lifecycle/cancelled" });

    await using postgres = await startPostgres({ dataDir, signal });

    expect(await query(postgres.url("postgres"), "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("stops once, whoever asks and how often", async ({ dataDir }) => {
    const postgres = await startPostgres({ ...QUICK, dataDir });

    await Promise.all([postgres.stop(), postgres.stop(), postgres[Symbol.asyncDispose]()]);

    expect(isAlive(postgres.pid)).toBe(false);
    expect(await readdir(join(dataDir, "data"))).not.toContain("postmaster.pid");
  });

  test("does not leave a port that was asked for", async ({ dataDir }) => {
    const blocker = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => blocker.listen(port, "127.0.0.1", resolve));

    const refused = startPostgres({ ...QUICK, dataDir, port });

    await expect(refused).rejects.toMatchObject({
      code: "embedded/start-failed",
      output: expect.stringContaining("could not bind"),
    });
    await new Promise((resolve) => blocker.close(resolve));
  });

  test("tells what is wrong with the settings", async ({ dataDir }) => {
    const refused = startPostgres({ ...QUICK, dataDir, settings: { max_connections: "many" } });

    await expect(refused).rejects.toThrow(/max_connections/);
  });

  test("creates and drops databases, however often it is told to", async ({ dataDir }) => {
    await using postgres = await startPostgres({ ...QUICK, dataDir });

    expect(await postgres.createDatabase('od"d')).toBe(true);
    expect(await postgres.createDatabase('od"d')).toBe(false);
    expect(await query(postgres.url('od"d'), "select current_database() as d")).toEqual([
      { d: 'od"d' },
    ]);
    await postgres.dropDatabase('od"d');
    await postgres.dropDatabase('od"d');
    await expect(query(postgres.url('od"d'), "select 1")).rejects.toThrow(/does not exist/);
  });

  test("says which database could not be created", async ({ dataDir }) => {
    await using postgres = await startPostgres({ ...QUICK, dataDir });

    const refused = postgres.createDatabase("copy", "nothing");

    await expect(refused).rejects.toMatchObject({ code: "embedded/database-admin" });
  });
});
