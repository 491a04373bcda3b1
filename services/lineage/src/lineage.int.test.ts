import { randomUUID } from "node:crypto";
import { type Bus, connectBus, provision } from "@weirflow/bus";
import {
  bucketSpecs,
  consumerSpecs,
  lineageAnswerSchema,
  type LineageChunk,
  type SettledAnswer,
  settledRequestSchema,
  streamSpecs,
  subjects,
} from "@weirflow/contracts";
import {
  type LineageStore,
  logLines,
  nodeExecutions,
  openLineageStore,
  pendingAttempts,
} from "@weirflow/lineage-store";
import { silentLogger } from "@weirflow/telemetry";
import { eventually, serverTest } from "@weirflow/testing";
import { describe, expect } from "vitest";
import { readConfig } from "./config.ts";
import { createLineage } from "./create-lineage.ts";
import { settleByAsking } from "./settle-by-asking.ts";

const { signal } = new AbortController();

const test = serverTest
  .extend("bus", { scope: "file" }, async ({ nats }, { onCleanup }): Promise<Bus> => {
    const bus = await connectBus({ url: nats.url, name: "test", logger: silentLogger, signal });
    onCleanup(async () => await bus[Symbol.asyncDispose]());
    const streams = streamSpecs(["ingest.>"]);
    await provision(bus, { streams, consumers: consumerSpecs([]), buckets: bucketSpecs(), signal });
    return bus;
  })
  .extend("service", async ({ nats, databaseUrl, bus: _bus }, { onCleanup }) => {
    const config = readConfig({ WEIR_NATS_URL: nats.url, WEIR_LINEAGE_DATABASE_URL: databaseUrl });
    const service = await createLineage({ config, logger: silentLogger, signal });
    onCleanup(async () => await service[Symbol.asyncDispose]());
    return service;
  })
  .extend(
    "store",
    async ({ databaseUrl, service: _service }, { onCleanup }): Promise<LineageStore> => {
      const store = openLineageStore({ url: databaseUrl });
      onCleanup(async () => await store[Symbol.asyncDispose]());
      return store;
    },
  );

const hash = (letter: string): string => letter.repeat(64);

function chunk(): LineageChunk & { readonly taskRunId: string } {
  // Ids are branded in types alone.
  return {
    v: 1,
    runId: `0199c1d0-0000-7000-8000-${randomUUID().slice(24)}`,
    taskRunId: randomUUID(),
    attempt: 1,
    claimId: randomUUID().replaceAll("-", ""),
    chunk: 0,
    chunks: 1,
    header: {
      flow: "sums",
      version: hash("f"),
      call: "compute",
      task: "compute",
      pool: "cpu",
      graphHash: hash("1"),
      graph: {
        nodes: [{ name: "total", kind: "function", dependencies: [], tags: {} }],
        edges: [],
      },
      startedAt: "2026-03-02T10:00:00.000Z",
      endedAt: "2026-03-02T10:00:01.000Z",
      outcome: "succeeded",
      worker: "test/1",
      configs: {},
      inputs: [],
      outputs: [],
    },
    nodes: [
      {
        node: "total",
        state: "succeeded",
        startUs: 1,
        durationUs: 2,
        valueHash: hash("e"),
        sizeBytes: 3,
      },
    ],
  } as unknown as LineageChunk;
}

const ask = async (bus: Bus, message: object) =>
  await bus.request(subjects.lineage, message, lineageAnswerSchema, { timeoutMs: 10_000, signal });

async function publishSettled(
  bus: Bus,
  { taskRunId, runId }: LineageChunk,
  accepted: boolean,
): Promise<void> {
  const data = { runId, taskRunId, attempt: 1, accepted, state: "COMPLETED" };
  const event = {
    specversion: "1.0",
    id: randomUUID(),
    source: "test",
    type: "task.settled",
    data,
  };
  await bus.publishDurable(subjects.event("task.settled"), event, { signal });
}

describe("the lineage service", () => {
  test("answers stored once the lineage can be read", async ({ bus, service, store }) => {
    const sent = chunk();

    const answer = await ask(bus, sent);

    expect(answer).toEqual({ verdict: "stored", complete: true });
    expect(await nodeExecutions(store, { taskRunIds: [sent.taskRunId] }, signal)).toHaveLength(1);
    expect(service.isReady()).toBe(true);
  });

  test("answers many at once, each for itself", async ({ bus, service: _service }) => {
    const good = Array.from({ length: 60 }, chunk);
    const bad = { ...chunk(), chunks: 0 };

    const answers = await Promise.all([...good, bad].map(async (one) => await ask(bus, one)));

    expect(answers.filter(({ verdict }) => verdict === "stored")).toHaveLength(60);
    expect(answers.at(-1)).toMatchObject({
      verdict: "invalid",
      error: { code: "contracts/malformed-message" },
    });
  });

  test("answers invalid to what contradicts what is stored", async ({ bus, service: _service }) => {
    const sent = chunk();
    await ask(bus, sent);

    const answer = await ask(bus, { ...sent, claimId: "0".repeat(32) });

    expect(answer).toMatchObject({ verdict: "invalid", error: { code: "lineage/conflict" } });
  });

  test("settles attempts as events tell of them", async ({ bus, service: _service, store }) => {
    const [won, lost] = [chunk(), chunk()];
    await Promise.all([ask(bus, won), ask(bus, lost)]);

    await publishSettled(bus, won, true);
    await publishSettled(bus, lost, false);

    await eventually(async () => {
      expect(await pendingAttempts(store, { olderThanMs: 0, limit: 10 }, signal)).toEqual([]);
    });
    expect(
      await nodeExecutions(store, { taskRunIds: [won.taskRunId, lost.taskRunId] }, signal),
    ).toHaveLength(1);
  });

  test("goes on after an event that it cannot read", async ({ bus, service: _service, store }) => {
    const sent = chunk();
    await ask(bus, sent);

    const odd = {
      specversion: "1.0",
      id: "odd",
      source: "test",
      type: "task.settled",
      data: { attempt: "one" },
    };
    await bus.publishDurable(subjects.event("task.settled"), odd, { signal });
    await publishSettled(bus, sent, true);

    await eventually(async () => {
      expect(await pendingAttempts(store, { olderThanMs: 0, limit: 10 }, signal)).toEqual([]);
    });
  });

  test("keeps what nodes log, and drops what is no log line", async ({
    bus,
    service: _service,
    store,
  }) => {
    const { runId, taskRunId } = chunk();
    const line = {
      v: 1,
      runId,
      taskRunId,
      attempt: 1,
      level: "info",
      at: new Date().toISOString(),
      message: "hello",
    };

    await bus.publishDurable(subjects.log(runId), { v: 1, nonsense: true }, { signal });
    await bus.publishDurable(subjects.log(runId), line, { signal });

    await eventually(async () => {
      const lines = await logLines(store, { runId, limit: 10 }, signal);
      expect(lines.map(({ message }) => message)).toEqual(["hello"]);
    });
  });

  test("asks a scheduler about what stays pending", async ({ bus, service: _service, store }) => {
    const [accepted, pending, unknown] = [chunk(), chunk(), chunk()];
    for (const one of [accepted, pending, unknown]) await ask(bus, one);
    const states = new Map([
      [accepted.taskRunId, "accepted"],
      [pending.taskRunId, "pending"],
    ] as const);
    await using _scheduler = bus.respond(
      subjects.settled,
      { queue: "scheduler", schema: settledRequestSchema },
      async ({ attempts }): Promise<SettledAnswer> => ({
        attempts: attempts.map((one) => ({
          ...one,
          state: states.get(one.taskRunId) ?? "unknown",
        })),
      }),
    );

    await using loop = settleByAsking(
      { bus, store, logger: silentLogger },
      { olderThanMs: 0, pauseMs: 60_000 },
    );
    loop.wake();

    await eventually(async () => {
      const left = await pendingAttempts(store, { olderThanMs: 0, limit: 10 }, signal);
      expect(left.map(({ taskRunId }) => taskRunId)).toEqual([pending.taskRunId]);
    });
    const shown = await nodeExecutions(
      store,
      { taskRunIds: [accepted.taskRunId, unknown.taskRunId] },
      signal,
    );
    expect(shown.map(({ taskRunId }) => taskRunId)).toEqual([accepted.taskRunId]);
  });

  test("answers what it was asked before it stops", async ({ bus, service }) => {
    const asked = Array.from({ length: 20 }, async () => await ask(bus, chunk()));
    await asked[0];

    await Promise.all([service[Symbol.asyncDispose](), service[Symbol.asyncDispose]()]);

    const answers = await Promise.allSettled(asked);
    expect(answers.every(({ status }) => status === "fulfilled")).toBe(true);
  });

  test("does not start when it is told to stop while it waits for the database", async ({
    nats,
  }) => {
    const config = readConfig({
      WEIR_NATS_URL: nats.url,
      WEIR_LINEAGE_DATABASE_URL: "postgres://postgres@127.0.0.1:1/none",
    });
    const stop = new AbortController();
    const starting = createLineage({ config, logger: silentLogger, signal: stop.signal });

    stop.abort();

    await expect(starting).rejects.toBeDefined();
  });
});
