import { rm } from "node:fs/promises";
import { startEmbedded } from "@weirflow/embedded";
import { eventually, scratchFolder } from "@weirflow/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { keepServers } from "./keep-servers.ts";

describe("keepServers", () => {
  test("starts servers that died again, on their ports, until it is disposed", async () => {
    const dir = await scratchFolder("keep");
    onTestFinished(async () => await rm(dir, { recursive: true }));
    const steps: string[] = [];
    const signal = AbortSignal.timeout(30_000);
    await using servers = await startEmbedded({ dir, signal });
    const { postgres, nats } = servers;
    const before = [postgres.pid, nats.pid, postgres.port, nats.port];

    {
      await using _ = keepServers(servers, { onStep: (text) => steps.push(text), intervalMs: 20 });
      process.kill(nats.pid, "SIGKILL");
      await eventually(() => nats.pid !== before[1]);
      process.kill(postgres.pid, "SIGKILL");
      await eventually(() => postgres.pid !== before[0]);
    }

    expect(steps).toEqual([
      "NATS: it died; starting it again",
      "Postgres: it died; starting it again",
    ]);
    expect([postgres.port, nats.port]).toEqual(before.slice(2));
    expect(await postgres.createDatabase("alive")).toBe(true);
  });
});
