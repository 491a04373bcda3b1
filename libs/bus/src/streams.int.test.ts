import { encodeMessage, subjects, VALUES_BUCKET, workConsumer } from "@weirflow/contracts";
import { eventually } from "@weirflow/testing";
import { describe, expect } from "vitest";
import type { BusMessage } from "./bus-message.ts";
import { busTest as test, openBus, signal, specs } from "./fixtures/bus-test.ts";
import { provision } from "./provision.ts";

const work = { stream: "WORK", consumer: workConsumer("cpu") };
const textOf = (message: BusMessage): string => new TextDecoder().decode(message.data);

describe("provision", () => {
  test("creates what is missing and touches nothing else", async ({ bus }) => {
    await bus.parts.manager.streams.delete("WORK");
    await bus.parts.manager.consumers.delete("EVENTS", "lineage");
    await bus.parts.manager.streams.delete(`KV_${VALUES_BUCKET}`);

    const first = await provision(bus, specs);
    const second = await provision(bus, specs);

    expect(first).toEqual({
      created: ["WORK", "WORK/pool-cpu", "EVENTS/lineage", `KV_${VALUES_BUCKET}`],
      updated: [],
    });
    expect(second).toEqual({ created: [], updated: [] });
  });

  test("changes what is declared differently", async ({ bus }) => {
    const changed = {
      ...specs,
      streams: specs.streams.map((stream) =>
        stream.name === "INGEST" ? { ...stream, subjects: ["ingest.>", "orders.>"] } : stream,
      ),
      consumers: specs.consumers.map((consumer) =>
        consumer.stream === "LOGS" ? { ...consumer, maxAckPending: 7 } : consumer,
      ),
    };

    expect(await provision(bus, changed)).toEqual({
      created: [],
      updated: ["INGEST", "LOGS/lineage"],
    });
    expect(await bus.publishDurable("orders.new", {}, { signal })).toEqual({ duplicate: false });
    expect((await provision(bus, specs)).updated).toEqual(["INGEST", "LOGS/lineage"]);
  });

  test("is done by two at once without harm", async ({ bus, nats }) => {
    await using other = await openBus(nats.url, { name: "other" });
    for (const stream of specs.streams) await bus.parts.manager.streams.delete(stream.name);

    await Promise.all([provision(bus, specs), provision(other, specs)]);

    expect(await provision(bus, specs)).toEqual({ created: [], updated: [] });
  });
});

describe("publishDurable", () => {
  test("knows a message id again", async ({ bus }) => {
    const send = async () =>
      await bus.publishDurable("ingest.x", { a: 1 }, { signal, messageId: crypto.randomUUID() });
    const again = { signal, messageId: crypto.randomUUID() };

    expect(await send()).toEqual({ duplicate: false });
    expect(await bus.publishDurable("ingest.x", { a: 1 }, again)).toEqual({ duplicate: false });
    expect(await bus.publishDurable("ingest.x", { a: 1 }, again)).toEqual({ duplicate: true });
  });

  test("says at once that no stream holds the subject", async ({ bus }) => {
    const published = bus.publishDurable("nowhere.at.all", { a: 1 }, { signal });

    await expect(published).rejects.toMatchObject({
      code: "bus/missing-stream",
      disposition: "retry",
      hint: expect.stringContaining("scheduler"),
    });
  });

  test("says that a stream is full", async ({ bus }) => {
    await provision(bus, {
      ...specs,
      streams: specs.streams.map((s) => (s.name === "WORK" ? { ...s, maxMessages: 2 } : s)),
    });
    const send = async () => await bus.publishDurable(subjects.work("cpu"), { v: 1 }, { signal });

    await send();
    await send();

    await expect(send()).rejects.toMatchObject({ code: "bus/stream-full", disposition: "retry" });
    await provision(bus, specs);
  });
});

describe("consume", () => {
  test("delivers again until a message is acknowledged", async ({ bus }) => {
    await bus.publishDurable(subjects.work("cpu"), { v: 1 }, { signal });
    const deliveries: number[] = [];

    await using _consumer = bus.consume(work, async (message) => {
      deliveries.push(message.deliveries);
      if (message.deliveries === 1) message.nak(1);
      else message.ack();
    });

    await eventually(() => deliveries.length === 2);
    expect(deliveries).toEqual([1, 2]);
  });

  test("does not deliver again what was terminated", async ({ bus }) => {
    await bus.publishDurable(subjects.work("cpu"), { v: 1 }, { signal });
    const seen: number[] = [];

    await using _consumer = bus.consume(work, async (message) => {
      seen.push(message.sequence);
      message.term("poison");
    });

    await eventually(async () => {
      const { num_ack_pending: open, num_pending: left } = await bus.parts.manager.consumers.info(
        work.stream,
        work.consumer,
      );
      expect([open, left]).toEqual([0, 0]);
    });
    expect(seen).toHaveLength(1);
  });

  test("goes on after a handler that threw", async ({ bus }) => {
    const seen: string[] = [];
    await using _consumer = bus.consume(work, async (message) => {
      seen.push(textOf(message));
      if (seen.length === 1) throw new Error("a bug");
      message.ack();
    });

    for (const text of ["one", "two"])
      await bus.publishDurable(subjects.work("cpu"), encodeMessage(text), { signal });

    await eventually(() => expect(seen).toEqual(['"one"', '"two"']));
  });

  test("handles no more at once than allowed, and everything in the end", async ({ bus }) => {
    let running = 0;
    let most = 0;
    let handled = 0;
    for (let i = 0; i < 20; i += 1)
      await bus.publishDurable(subjects.work("cpu"), { v: i }, { signal });

    await using _consumer = bus.consume({ ...work, maxMessages: 4 }, async (message) => {
      running += 1;
      most = Math.max(most, running);
      await bus.flush(signal);
      running -= 1;
      handled += 1;
      message.ack();
    });

    await eventually(() => handled === 20);
    expect(most).toBeLessThanOrEqual(4);
  });

  test("finishes what is under way when it stops", async ({ bus }) => {
    await bus.publishDurable(subjects.work("cpu"), { v: 1 }, { signal });
    const arrived = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    let isDone = false;
    const consumer = bus.consume(work, async (message) => {
      arrived.resolve();
      await release.promise;
      message.ack();
      isDone = true;
    });
    await arrived.promise;

    const stopping = consumer[Symbol.asyncDispose]();
    release.resolve();
    await stopping;

    expect(isDone).toBe(true);
  });

  test("says what is missing, and goes on when it is back", async ({ bus }) => {
    await bus.parts.manager.streams.delete("WORK");
    let missing = 0;
    const seen: string[] = [];
    await using _consumer = bus.consume(
      { ...work, onMissing: () => (missing += 1) },
      async (message) => {
        seen.push(textOf(message));
        message.ack();
      },
    );
    await eventually(() => missing > 0);

    await provision(bus, specs);
    await bus.publishDurable(subjects.work("cpu"), encodeMessage("back"), { signal });

    await eventually(() => expect(seen).toEqual(['"back"']));
  });

  test("notices a consumer that is deleted while it waits", async ({ bus }) => {
    let missing = 0;
    await using _consumer = bus.consume(
      { ...work, onMissing: () => (missing += 1) },
      async (message) => message.ack(),
    );
    await eventually(async () => {
      const info = await bus.parts.manager.consumers.info(work.stream, work.consumer);
      return info.num_waiting > 0;
    });

    await bus.parts.manager.consumers.delete(work.stream, work.consumer);

    await eventually(() => missing > 0);
  });
});

describe("pull", () => {
  const once = { ...work, expiresMs: 1_000, signal };

  test("takes what there is, up to the batch", async ({ bus }) => {
    for (const text of ["one", "two", "three"])
      await bus.publishDurable(subjects.work("cpu"), encodeMessage(text), { signal });

    const two = await bus.pull({ ...once, batch: 2 });
    const rest = await bus.pull({ ...once, batch: 1 });

    expect([...two, ...rest].map(textOf)).toEqual(['"one"', '"two"', '"three"']);
    expect(two[0]).toMatchObject({ subject: "weir.work.cpu", stream: "WORK", deliveries: 1 });
    expect(two[0]?.receivedAt).toBeInstanceOf(Date);
  });

  test("comes back with nothing when nothing comes", async ({ bus }) => {
    expect(await bus.pull({ ...once, batch: 5 })).toEqual([]);
  });

  test("says what is missing", async ({ bus }) => {
    const pulled = bus.pull({ ...once, consumer: workConsumer("nobody"), batch: 1 });

    await expect(pulled).rejects.toMatchObject({ code: "bus/missing-stream" });
  });

  test("ends when its signal is aborted", async ({ bus }) => {
    const stop = new AbortController();
    const pulling = bus.pull({ ...work, batch: 1, expiresMs: 60_000, signal: stop.signal });
    await eventually(async () => {
      const info = await bus.parts.manager.consumers.info(work.stream, work.consumer);
      return info.num_waiting > 0;
    });

    stop.abort();

    expect(await pulling).toEqual([]);
  });
});

describe("a bucket", () => {
  test("holds bytes by key until they are deleted", async ({ bus }) => {
    const bucket = await bus.openBucket(VALUES_BUCKET);
    const bytes = new Uint8Array([1, 2, 3]);

    await bucket.put("key", bytes, signal);

    expect(await bucket.get("key", signal)).toEqual(bytes);
    expect(await bucket.get("other", signal)).toBeUndefined();
    await bucket.delete("key", signal);
    expect(await bucket.get("key", signal)).toBeUndefined();
  });

  test("that is not there is an error that a retry can help", async ({ bus }) => {
    const bucket = await bus.openBucket("not-there");
    const missing = { code: "bus/missing-stream", disposition: "retry" };

    await expect(bucket.put("key", new Uint8Array(1), signal)).rejects.toMatchObject(missing);
    await expect(bucket.get("key", signal)).rejects.toMatchObject(missing);
  });
});
