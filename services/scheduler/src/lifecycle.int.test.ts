import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseTaskRunId } from "@weirflow/contracts";
import { freePort } from "@weirflow/embedded";
import { eventually, startTestNats } from "@weirflow/testing";
import { silentLogger, Metrics } from "@weirflow/telemetry";
import { describe, expect } from "vitest";
import { readConfig } from "./config.ts";
import { createScheduler } from "./create-scheduler.ts";
import {
  bareTest as test,
  begin,
  claim,
  claimOf,
  granted,
  nextHint,
  report,
  reportOf,
  signal,
  startScheduler,
} from "./fixtures/scheduler-test.ts";

describe("a scheduler that stops", () => {
  test("idle, twice at once, answers nobody afterwards", async ({ databaseUrl, nats, bus }) => {
    const scheduler = await startScheduler({ database: databaseUrl, nats: nats.url });

    await Promise.all([scheduler[Symbol.asyncDispose](), scheduler[Symbol.asyncDispose]()]);

    expect(scheduler.isReady()).toBe(false);
    const asked = claim(bus, claimOf(parseTaskRunId("01999999-0000-7000-8000-000000000001")));
    await expect(asked).rejects.toMatchObject({ code: "bus/timeout" });
  });

  test("while it is busy answers everything that it was asked", async ({
    databaseUrl,
    nats,
    store,
    bus,
  }) => {
    const scheduler = await startScheduler({ database: databaseUrl, nats: nats.url });
    const requests = [];
    for (let i = 0; i < 10; i += 1) {
      await begin(store, bus);
      requests.push(claimOf((await nextHint(bus)).taskRunId));
    }
    for (const request of requests) await granted(bus, request);

    const reported = requests.map(async (request) => await report(bus, reportOf(request)));
    await bus.flush(signal);
    await eventually(() => scheduler.metrics.text().includes("weir_reports_total{"));
    await scheduler[Symbol.asyncDispose]();

    const answers = await Promise.all(reported);
    expect(answers.map((answer) => answer.verdict)).toEqual(requests.map(() => "accepted"));
  });

  test("during its start gives the start up", async ({ databaseUrl }) => {
    await using away = await startTestNats({ signal });
    await away.kill();
    const stop = new AbortController();
    const config = readConfig({ WEIR_DATABASE_URL: databaseUrl, WEIR_NATS_URL: away.url });
    const starting = createScheduler({
      config,
      logger: silentLogger,
      metrics: new Metrics(),
      signal: stop.signal,
    });

    stop.abort();

    await expect(starting).rejects.toMatchObject({ disposition: "cancel" });
  });

  test("while NATS is away does not wait for it", async ({ databaseUrl }) => {
    await using nats = await startTestNats({ signal });
    const scheduler = await startScheduler({ database: databaseUrl, nats: nats.url });
    await nats.kill();
    await eventually(() => !scheduler.isReady());

    await scheduler[Symbol.asyncDispose]();

    expect(scheduler.isReady()).toBe(false);
  });
});

describe("the process", () => {
  test("says that it is ready, shows its metrics, and ends on SIGTERM", async ({
    databaseUrl,
    nats,
  }) => {
    const port = await freePort();
    const child = spawn(
      process.execPath,
      ["--conditions=@weirflow/source", fileURLToPath(new URL("main.ts", import.meta.url))],
      {
        env: {
          ...process.env,
          WEIR_DATABASE_URL: databaseUrl,
          WEIR_NATS_URL: nats.url,
          WEIR_HEALTH_PORT: String(port),
        },
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    let output = "";
    child.stdout.on("data", (data: Buffer) => (output += data.toString()));
    const exited = once(child, "exit");
    const page = async (path: string) => await fetch(`http://127.0.0.1:${port}${path}`);
    await eventually(async () => expect((await page("/readyz")).status).toBe(200), {
      timeoutMs: 30_000,
    });
    const metrics = await (await page("/metrics")).text();

    child.kill("SIGTERM");

    expect(await exited).toEqual([0, null]);
    expect(metrics).toContain("# TYPE weir_sweep_seconds summary");
    expect(output).toContain("scheduler.ready");
  });
});
