import { encodeMessage, subjects, workConsumer } from "@weirflow/contracts";
import { eventually, startTestNats } from "@weirflow/testing";
import { describe, expect } from "vitest";
import { busTest as test, openBus, signal, specs, textSchema } from "./fixtures/bus-test.ts";
import { startFakeNats } from "./fixtures/fake-nats.ts";
import { provision } from "./provision.ts";

const work = { stream: "WORK", consumer: workConsumer("cpu") };

describe("connectBus", () => {
  test("refuses a server that is too old, with a way out", async () => {
    await using old = await startFakeNats("2.10.11");

    await expect(openBus(old.url)).rejects.toMatchObject({
      code: "bus/server-too-old",
      disposition: "fail",
      message: "the NATS server is version 2.10.11; Weirflow needs 2.10.23 or later",
      hint: expect.stringContaining("weir dev"),
    });
  });

  test("waits for a server that is not there yet", async () => {
    await using first = await startTestNats({ signal });
    await first.kill();
    const connecting = openBus(first.url);

    await first.restart();

    await using bus = await connecting;
    expect(bus.isConnected()).toBe(true);
  });

  test("gives up waiting when its signal is aborted", async () => {
    const stop = new AbortController();
    const connecting = openBus("nats://127.0.0.1:9", { signal: stop.signal });

    stop.abort();

    await expect(connecting).rejects.toMatchObject({ code: "lifecycle/cancelled" });
  });

  test("says that the credentials are refused instead of trying for ever", async () => {
    await using guarded = await startTestNats({
      signal,
      configText: 'authorization { users = [ { user: "anna", password: "secret" } ] }',
    });

    await using bus = await openBus(guarded.url, { credentials: "anna:secret" });
    const wrong = openBus(guarded.url, { credentials: "anna:wrong" });

    expect(bus.isConnected()).toBe(true);
    await expect(wrong).rejects.toMatchObject({ code: "bus/forbidden", disposition: "fail" });
  });

  test("says that a subject is forbidden to its user", async () => {
    await using guarded = await startTestNats({
      signal,
      configText: `authorization { users = [ { user: "anna", password: "secret",
        permissions { publish: "weir.rpc.beat", subscribe: "_INBOX_anna.>" } } ] }`,
    });
    await using bus = await openBus(guarded.url, { name: "anna", credentials: "anna:secret" });

    const asked = bus.request("weir.rpc.report", { text: "hi" }, textSchema, {
      timeoutMs: 5_000,
      signal,
    });

    await expect(asked).rejects.toMatchObject({ code: "bus/forbidden" });
  });

  test("keeps its inbox apart from those of other services", async ({ nats }) => {
    await using bus = await openBus(nats.url, { name: "cpu-worker" });
    await using listener = await openBus(nats.url);
    const replies: string[] = [];
    await using _spy = listener.subscribe("_INBOX_cpu-worker.>", (_data, meta) =>
      replies.push(meta.subject),
    );
    await using _responder = listener.respond(
      "test.inbox",
      { queue: "q", schema: textSchema },
      async (message) => message,
    );
    await listener.flush(signal);

    await bus.request("test.inbox", { text: "hi" }, textSchema, { timeoutMs: 2_000, signal });

    await eventually(() => expect(replies).toHaveLength(1));
  });
});

describe("a server that is killed", () => {
  test("with its store wiped is consumed from again", async ({ bus, nats }) => {
    const seen: string[] = [];
    let missing = 0;
    await using _consumer = bus.consume(
      { ...work, onMissing: () => (missing += 1) },
      async (message) => {
        seen.push(new TextDecoder().decode(message.data));
        message.ack();
      },
    );
    await bus.publishDurable(subjects.work("cpu"), encodeMessage("before"), { signal });
    await eventually(() => seen.length === 1);

    await nats.kill("SIGKILL");
    await nats.restart({ wipe: true });
    await eventually(() => missing > 0, { timeoutMs: 20_000 });
    await provision(bus, specs);
    await bus.publishDurable(subjects.work("cpu"), encodeMessage("after"), { signal });

    await eventually(() => expect(seen).toEqual(['"before"', '"after"']), { timeoutMs: 20_000 });
  });

  test("with its store kept delivers what was not acknowledged", async ({ bus, nats }) => {
    await bus.publishDurable(subjects.work("cpu"), encodeMessage("kept"), { signal });

    await nats.restart();
    const [message] = await bus.pull({ ...work, batch: 1, expiresMs: 10_000, signal });

    expect(new TextDecoder().decode(message?.data)).toBe('"kept"');
    message?.ack();
  });

  test("tells whoever asked to be told, once it is back", async ({ nats }) => {
    let reconnects = 0;
    await using bus = await openBus(nats.url, { onReconnect: () => (reconnects += 1) });

    await nats.kill("SIGKILL");
    await eventually(() => !bus.isConnected());
    await nats.restart();

    await eventually(() => expect([bus.isConnected(), reconnects]).toEqual([true, 1]));
  });

  test("is asked again once it is back, by the request that waited", async ({ bus, nats }) => {
    await using _responder = bus.respond(
      "test.patience",
      { queue: "q", schema: textSchema },
      async (message) => message,
    );
    await nats.kill("SIGKILL");
    await eventually(() => !bus.isConnected());

    const asked = bus.request("test.patience", { text: "still here" }, textSchema, {
      timeoutMs: 20_000,
      signal,
    });
    await nats.restart();

    expect(await asked).toEqual({ text: "still here" });
  });

  test("times out whoever waits shorter than it is away", async ({ bus, nats }) => {
    await nats.kill("SIGKILL");
    await eventually(() => !bus.isConnected());

    const asked = bus.request("test.away", { text: "hi" }, textSchema, { timeoutMs: 100, signal });

    await expect(asked).rejects.toMatchObject({ code: "bus/timeout", disposition: "retry" });
    await nats.restart();
  });

  test("gets what was to be stored meanwhile", async ({ bus, nats }) => {
    await nats.kill("SIGKILL");
    await eventually(() => !bus.isConnected());

    const stored = bus.publishDurable("ingest.late", { a: 1 }, { signal });
    await nats.restart();

    expect(await stored).toEqual({ duplicate: false });
  });

  test("loses what may be lost, and keeps nothing of it in memory", async ({ bus, nats }) => {
    await using listener = await openBus(nats.url);
    let heard = 0;
    await using _subscription = listener.subscribe("test.gone", () => (heard += 1));
    await nats.kill("SIGKILL");
    await eventually(() => !bus.isConnected());

    for (let i = 0; i < 100; i += 1) bus.publish("test.gone", { i });
    await nats.restart();
    await eventually(() => bus.isConnected() && listener.isConnected());
    await listener.flush(signal);
    await bus.flush(signal);
    bus.publish("test.gone", { last: true });

    await eventually(() => expect(heard).toBe(1));
  });

  test("does not hold up who stops meanwhile", async ({ nats }) => {
    const bus = await openBus(nats.url);
    const queue = { queue: "q", schema: textSchema };
    const responder = bus.respond("test.stop", queue, async (message) => message);
    const subscription = bus.subscribe("test.stop", () => undefined);
    const consumer = bus.consume(work, async (message) => message.ack());
    await nats.kill("SIGKILL");
    await eventually(() => !bus.isConnected());

    for (const part of [responder, subscription, consumer]) await part[Symbol.asyncDispose]();
    await Promise.all([bus[Symbol.asyncDispose](), bus[Symbol.asyncDispose]()]);

    expect(bus.isConnected()).toBe(false);
    await nats.restart();
  });
});
