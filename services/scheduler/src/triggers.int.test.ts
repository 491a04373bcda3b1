import type { Bus } from "@weirflow/bus";
import { type JsonObject, subjects } from "@weirflow/contracts";
import { deploy, type Store } from "@weirflow/store";
import { eventually } from "@weirflow/testing";
import { describe, expect } from "vitest";
import {
  manifest,
  nextHint,
  schedulerTest as test,
  signal,
  startScheduler,
} from "./fixtures/scheduler-test.ts";

const paramsSchema = {
  type: "object",
  properties: { rawData: { type: "string" } },
  required: ["rawData"],
  additionalProperties: false,
};
const onUpdate = {
  slug: "updated",
  kind: "event",
  of: "dataset.updated",
  match: { "data.name": "absenteeism" },
  params: { rawData: { kind: "event", path: ["data", "path"] } },
};
const onFile = { slug: "file", kind: "subject", of: "ingest.files.>", dataAsParams: true };
const updated = (id: string, data: JsonObject): JsonObject => ({
  specversion: "1.0",
  id,
  source: "/lake",
  type: "dataset.updated",
  data,
});
const eventSubject = subjects.event("dataset.updated");
const good = { name: "absenteeism", path: "a.csv" };

async function deployWith(store: Store, triggers: readonly JsonObject[]): Promise<void> {
  await deploy(store, { manifest: manifest({ paramsSchema, triggers }) }, signal);
}
async function runs(store: Store): Promise<readonly unknown[]> {
  const rows = await store.db.selectFrom("runs").select(["params", "origin_kind"]).execute();
  return rows.map((row) => [row.origin_kind, row.params]);
}
async function deadReasons(store: Store): Promise<readonly string[]> {
  const rows = await store.db
    .selectFrom("dead_letters")
    .select("reason")
    .orderBy("created_at")
    .execute();
  return rows.map((row) => row.reason);
}
/** Everything that was sent before has been settled: nothing waits for an acknowledgement. */
async function settled(bus: Bus, stream: string): Promise<void> {
  await eventually(async () => {
    const info = await bus.parts.manager.consumers.info(stream, "triggers");
    expect([info.num_pending, info.num_ack_pending]).toEqual([0, 0]);
  });
}

describe("an event", () => {
  test("that is published twice starts one run, and hints it", async ({ store, bus }) => {
    await deployWith(store, [onUpdate]);

    for (let i = 0; i < 2; i += 1)
      await bus.publishDurable(eventSubject, updated("1", good), { signal });
    await settled(bus, "EVENTS");

    expect(await runs(store)).toEqual([["event", { rawData: "a.csv" }]]);
    expect(await nextHint(bus)).toMatchObject({ v: 1 });
  });

  test("starts one run over two schedulers, even sent many times", async ({
    databaseUrl,
    nats,
    store,
    bus,
  }) => {
    await using _other = await startScheduler({ database: databaseUrl, nats: nats.url });
    await deployWith(store, [onUpdate]);

    await Promise.all(
      Array.from(
        { length: 20 },
        async () => await bus.publishDurable(eventSubject, updated("1", good), { signal }),
      ),
    );
    await settled(bus, "EVENTS");

    expect(await runs(store)).toHaveLength(1);
    expect(await deadReasons(store)).toEqual([]);
  });

  test("of other values or of another type starts nothing", async ({ store, bus }) => {
    await deployWith(store, [onUpdate]);

    await bus.publishDurable(eventSubject, updated("1", { ...good, name: "iris" }), { signal });
    await bus.publishDurable(
      subjects.event("dataset.deleted"),
      { ...updated("2", good), type: "dataset.deleted" },
      { signal },
    );
    await settled(bus, "EVENTS");

    expect(await runs(store)).toEqual([]);
    expect(await deadReasons(store)).toEqual([]);
  });

  test("whose parameters do not fit goes to the dead letter; the next one starts its run", async ({
    scheduler,
    store,
    bus,
  }) => {
    await deployWith(store, [onUpdate]);

    await bus.publishDurable(eventSubject, updated("1", { ...good, path: 5 }), { signal });
    await bus.publishDurable(eventSubject, updated("2", good), { signal });
    await settled(bus, "EVENTS");

    expect(await runs(store)).toEqual([["event", { rawData: "a.csv" }]]);
    expect(await deadReasons(store)).toEqual([
      expect.stringMatching(/^trigger "updated" of flow "test": parameters .*rawData/),
    ]);
    expect(scheduler.metrics.text()).toContain("weir_dead_letters_total 1");
  });

  test("that is none goes to the dead letter with the reason", async ({ store, bus }) => {
    await deployWith(store, [onUpdate]);

    await bus.publishDurable(eventSubject, new TextEncoder().encode("{broken"), { signal });
    await settled(bus, "EVENTS");

    expect(await deadReasons(store)).toEqual([expect.stringContaining("not a CloudEvent 1.0")]);
  });

  test("carries its trace into the run", async ({ store, bus }) => {
    await deployWith(store, [onUpdate]);
    const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;

    await bus.publishDurable(eventSubject, updated("1", good), {
      signal,
      carrier: { traceparent },
    });
    await settled(bus, "EVENTS");

    const row = await store.db.selectFrom("runs").select("traceparent").executeTakeFirstOrThrow();
    expect(row.traceparent).toContain("a".repeat(32));
  });
});

describe("a message on a captured subject", () => {
  test("is the parameters of a run, once by its message id", async ({ store, bus }) => {
    await deployWith(store, [onFile]);
    const send = async (messageId: string) =>
      await bus.publishDurable("ingest.files.new", { rawData: "b.csv" }, { signal, messageId });

    await send("m-1");
    await send("m-1");
    await send("m-2");
    await settled(bus, "INGEST");

    expect(await runs(store)).toEqual([
      ["event", { rawData: "b.csv" }],
      ["event", { rawData: "b.csv" }],
    ]);
  });

  test("without any id starts a run each", async ({ store, bus }) => {
    await deployWith(store, [onFile]);

    for (let i = 0; i < 3; i += 1)
      await bus.publishDurable("ingest.files.new", { rawData: "b.csv" }, { signal });
    await settled(bus, "INGEST");

    expect(await runs(store)).toHaveLength(3);
  });

  test("that is no object starts nothing and is kept", async ({ store, bus }) => {
    await deployWith(store, [onFile]);

    await bus.publishDurable("ingest.files.new", new TextEncoder().encode("b.csv"), { signal });
    await settled(bus, "INGEST");

    expect(await runs(store)).toEqual([]);
    expect(await deadReasons(store)).toEqual([expect.stringContaining("must be a JSON object")]);
  });
});

describe("one event for several deployments", () => {
  test("starts what it can, and keeps why the rest cannot", async ({ store, bus }) => {
    await deployWith(store, [onUpdate, { ...onUpdate, slug: "again" }]);
    const configs = { training: { name: "training", schema: {} } };
    await deploy(
      store,
      {
        manifest: manifest({
          flow: "unready",
          version: "b".repeat(64),
          configs,
          paramsSchema,
          triggers: [onUpdate],
        }),
      },
      signal,
    );

    await bus.publishDurable(eventSubject, updated("1", good), { signal });
    await settled(bus, "EVENTS");

    expect(await runs(store)).toHaveLength(2);
    expect(await deadReasons(store)).toEqual([
      'trigger "updated": the config "training" has no version yet',
    ]);
  });
});
