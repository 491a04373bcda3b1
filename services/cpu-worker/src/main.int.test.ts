import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@weirflow/embedded";
import { eventually, serverTest } from "@weirflow/testing";
import { describe, expect } from "vitest";

const FLOWS = join(import.meta.dirname, "../../../libs/worker/src/fixtures/flows");

const test = serverTest.extend("service", async ({ nats }, { onCleanup }) => {
  const folder = await mkdtemp(join(tmpdir(), "weirflow-cpu-worker-"));
  const port = await freePort();
  const child = spawn(
    process.execPath,
    ["--conditions=@weirflow/source", join(import.meta.dirname, "main.ts"), "--flows", FLOWS],
    {
      env: {
        PATH: process.env["PATH"],
        WEIR_NATS_URL: nats.url,
        WEIR_VALUES_URL: folder,
        WEIR_HEALTH_PORT: String(port),
      },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const lines: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (piece: string) => lines.push(piece));
  onCleanup(async () => {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });
  return { child, output: () => lines.join(""), health: `http://127.0.0.1:${port}` };
});

describe("the cpu-worker", () => {
  test("says when it is ready, and exits 0 after SIGTERM", async ({ service }) => {
    const { child, output, health } = service;
    await eventually(async () => (await fetch(`${health}/readyz`)).status === 200);
    expect(output()).toContain('"event":"cpu-worker.ready"');
    expect(output()).toContain('"pool":"cpu"');
    expect((await fetch(`${health}/livez`)).status).toBe(200);

    const exit = once(child, "exit");
    child.kill("SIGTERM");

    expect(await exit).toEqual([0, null]);
  });
});
