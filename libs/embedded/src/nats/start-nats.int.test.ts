import { readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { test as base, describe, expect } from "vitest";
import { scratchFolder } from "@weirflow/testing";
import { freePort } from "../free-port.ts";
import { isAlive } from "../process-info.ts";
import { startNats } from "./start-nats.ts";

const signal = new AbortController().signal;
// oxlint-disable-next-line no-empty-pattern -- vitest reads the needed fixtures from the pattern
const test = base.extend("dataDir", async ({}, { onCleanup }) => {
  const folder = await scratchFolder("nats");
  onCleanup(async () => await rm(folder, { recursive: true }));
  return folder;
});

async function addStream(url: string): Promise<void> {
  const connection = await connect({ servers: url });
  await (await jetstreamManager(connection)).streams.add({ name: "KEPT", subjects: ["kept.>"] });
  await connection.close();
}

async function streamNames(url: string): Promise<string[]> {
  const connection = await connect({ servers: url });
  const names: string[] = [];
  for await (const info of (await jetstreamManager(connection)).streams.list())
    names.push(info.config.name);
  await connection.close();
  return names;
}

describe("startNats", () => {
  test("starts a server with JetStream on loopback only", async ({ dataDir }) => {
    await using nats = await startNats({ dataDir, signal });
    const connection = await connect({ servers: nats.url });

    expect(connection.info).toMatchObject({ jetstream: true, host: "127.0.0.1" });
    expect(nats.isOwner).toBe(true);
    expect(nats.monitoringUrl).toBeUndefined();
    await connection.close();
  });

  test("takes configuration and a monitoring port", async ({ dataDir }) => {
    const options = { dataDir, signal, configText: "max_payload: 4096" };
    await using nats = await startNats({ ...options, monitoringPort: await freePort() });
    const connection = await connect({ servers: nats.url });

    expect(connection.info?.max_payload).toBe(4096);
    expect((await fetch(`${nats.monitoringUrl}/healthz`)).status).toBe(200);
    await connection.close();
  });

  test("attaches to the one that runs, and leaves it running", async ({ dataDir }) => {
    await using owner = await startNats({ dataDir, signal });
    {
      await using guest = await startNats({ dataDir, signal });
      expect(guest).toMatchObject({ pid: owner.pid, port: owner.port, isOwner: false });
    }

    expect(await streamNames(owner.url)).toEqual([]);
  });

  test("starts one server for two who ask at once", async ({ dataDir }) => {
    const both = await Promise.all([
      startNats({ dataDir, signal }),
      startNats({ dataDir, signal }),
    ]);

    expect(new Set(both.map((server) => server.pid)).size).toBe(1);
    expect(both.filter((server) => server.isOwner)).toHaveLength(1);
    await Promise.all(both.map(async (server) => await server.stop()));
  });

  test("keeps port and store over a kill and a restart", async ({ dataDir }) => {
    await using nats = await startNats({ dataDir, signal });
    await addStream(nats.url);
    const { pid, port } = nats;

    await nats.kill();
    await nats.restart();

    expect(nats.pid).not.toBe(pid);
    expect(nats.port).toBe(port);
    expect(await streamNames(nats.url)).toEqual(["KEPT"]);
  });

  test("forgets everything when it is restarted with a wipe", async ({ dataDir }) => {
    await using nats = await startNats({ dataDir, signal });
    await addStream(nats.url);

    await nats.restart({ wipe: true });

    expect(await streamNames(nats.url)).toEqual([]);
  });

  test("starts afresh after its owner died, on the same port", async ({ dataDir }) => {
    const first = await startNats({ dataDir, signal });
    await addStream(first.url);
    await first.kill();

    await using second = await startNats({ dataDir, signal });

    expect(second).toMatchObject({ isOwner: true, port: first.port });
    expect(await streamNames(second.url)).toEqual(["KEPT"]);
  });

  test("is not fooled by a process id that something else has now", async ({ dataDir }) => {
    const state = { pid: process.pid, port: await freePort() };
    await writeFile(join(dataDir, "state.json"), JSON.stringify(state));

    await using nats = await startNats({ dataDir, signal });

    expect(nats.isOwner).toBe(true);
  });

  test("stops once, whoever asks and how often", async ({ dataDir }) => {
    const nats = await startNats({ dataDir, signal });

    await Promise.all([nats.stop(), nats.stop(), nats[Symbol.asyncDispose]()]);

    expect(isAlive(nats.pid)).toBe(false);
  });

  test("a guest can kill it", async ({ dataDir }) => {
    await using owner = await startNats({ dataDir, signal });
    const guest = await startNats({ dataDir, signal });

    await guest.kill();

    expect(isAlive(owner.pid)).toBe(false);
  });

  test("tells what is wrong with the configuration", async ({ dataDir }) => {
    const refused = startNats({ dataDir, signal, configText: "max_payload: many" });

    await expect(refused).rejects.toMatchObject({
      code: "embedded/start-failed",
      output: expect.stringContaining("nats.conf:3"),
    });
  });

  test("does not leave a port that was asked for", async ({ dataDir }) => {
    const blocker = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => blocker.listen(port, "127.0.0.1", resolve));

    const refused = startNats({ dataDir, signal, port });

    await expect(refused).rejects.toThrow(/address already in use/);
    await new Promise((resolve) => blocker.close(resolve));
  });

  test("leaves nothing behind when the start is aborted", async ({ dataDir }) => {
    const refused = startNats({ dataDir, signal: AbortSignal.abort() });

    await expect(refused).rejects.toMatchObject({ code: "lifecycle/cancelled" });
    expect(await readdir(dataDir)).not.toContain("lock");
  });
});
