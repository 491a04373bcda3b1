import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { connectBus } from "@weirflow/bus";
import { subjects, VALUES_BUCKET } from "@weirflow/contracts";
import { silentLogger } from "@weirflow/telemetry";
import { eventually, startTestNats } from "@weirflow/testing";
import { describe, expect } from "vitest";
import {
  bareTest as test,
  begin,
  claimOf,
  granted,
  nextHint,
  report,
  reportOf,
  runOf,
  show,
  signal,
  startScheduler,
} from "./fixtures/scheduler-test.ts";

const deployFile = (name: string): string =>
  fileURLToPath(new URL(`../../../deploy/${name}`, import.meta.url));

/** The keys that an operator makes, and the users that deploy/nats.conf knows. */
function secured() {
  const text = execFileSync(process.execPath, [deployFile("make-env.mjs")], { encoding: "utf8" });
  const env = Object.fromEntries(text.split("\n").map((line) => line.split("=", 2)));
  const users = /^authorization \{[^]*^\}/m.exec(
    readFileSync(deployFile("nats.conf"), "utf8"),
  )?.[0];
  const configText = (users ?? "").replaceAll(
    /\$(WEIR_NKEY_\w+)/g,
    (_, name: string) => env[name] ?? "",
  );
  return { configText, seed: (service: string): string => env[`WEIR_SEED_${service}`] ?? "" };
}

describe("with the rights that deploy/nats.conf gives, and no more", () => {
  test("a run goes from the gateway's wake to its end", async ({ databaseUrl, store }) => {
    const { configText, seed } = secured();
    await using nats = await startTestNats({ signal, configText });
    await using scheduler = await startScheduler(
      { database: databaseUrl, nats: nats.url },
      {
        WEIR_NATS_CREDENTIALS: seed("SCHEDULER"),
        WEIR_PROVISIONER_CREDENTIALS: seed("PROVISIONER"),
      },
    );
    const open = async (name: string, service: string) =>
      await connectBus({
        url: nats.url,
        name,
        credentials: seed(service),
        logger: silentLogger,
        signal,
      });
    await using gateway = await open("gateway", "GATEWAY");
    await using worker = await open("cpu-worker", "CPU_WORKER");

    const runId = await begin(store, gateway);
    const request = claimOf((await nextHint(worker)).taskRunId);
    await granted(worker, request);
    const shown = await show(worker, request, { sequence: 1, text: "<svg/>" });
    const bucket = await worker.openBucket(VALUES_BUCKET);
    await bucket.put("chunk", new Uint8Array([1]), signal);
    await report(worker, reportOf(request));

    expect(shown.verdict).toBe("shown");
    expect(await runOf(store, runId)).toMatchObject({ state: "COMPLETED" });
    expect(await bucket.get("chunk", signal)).toEqual(new Uint8Array([1]));
    await eventually(() =>
      expect(scheduler.metrics.text()).not.toContain('weir_published_total{outcome="failed"}'),
    );
  });

  test("a worker may not publish hints, and only the provisioner may create streams", async () => {
    const { configText, seed } = secured();
    await using nats = await startTestNats({ signal, configText });
    const options = { url: nats.url, logger: silentLogger, signal };
    await using worker = await connectBus({
      ...options,
      name: "cpu-worker",
      credentials: seed("CPU_WORKER"),
    });
    await using scheduler = await connectBus({
      ...options,
      name: "scheduler",
      credentials: seed("SCHEDULER"),
    });

    const hint = async () =>
      await worker.publishDurable(subjects.work("cpu"), { v: 1 }, { signal });
    const stream = async () =>
      await scheduler.parts.manager.streams.add({ name: "MINE", subjects: ["mine"] });

    await expect(hint()).rejects.toMatchObject({ code: "bus/forbidden" });
    await expect(stream()).rejects.toThrow(/permission/i);
  });
});
