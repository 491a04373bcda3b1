import { spawn } from "node:child_process";
import { once } from "node:events";
import { subjects } from "@weirflow/contracts";
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
    const asked = claim(bus, claimOf("01999999-0000-7000-8000-000000000001" as never));
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
    store: _migrated,
    bus,
  }) => {
    const child = spawn(
      process.execPath,
      ["--conditions=@weirflow/source", new URL("main.ts", import.meta.url).pathname],
      {
        env: {
          ...process.env,
          WEIR_DATABASE_URL: databaseUrl,
          WEIR_NATS_URL: nats.url,
          WEIR_HEALTH_PORT: "0",
        },
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    let output = "";
    child.stdout.on("data", (data: Buffer) => (output += data.toString()));
    const exited = once(child, "exit");
    await eventually(() => expect(output).toContain("scheduler.ready"), { timeoutMs: 30_000 });
    bus.publish(subjects.wake, {});

    child.kill("SIGTERM");

    expect(await exited).toEqual([0, null]);
    expect(output).toContain('"scheduler.prepared"');
  });
});
