import {
  claimRequestSchema,
  subjects,
  streamSpecs,
  consumerSpecs,
  bucketSpecs,
  VALUES_BUCKET,
  workConsumer,
  encodeMessage,
} from "@weirflow/contracts";
import { silentLogger } from "@weirflow/telemetry";
import { eventually, serverTest as test } from "@weirflow/testing";
import { describe, expect } from "vitest";
import * as z from "zod";
import { connectBus } from "./connect-bus.ts";
import type { Bus } from "./bus.ts";
import { provision } from "./provision.ts";

const { signal } = new AbortController();
const echo = z.object({ text: z.string() });
const pools = ["cpu"];
const specs = {
  streams: streamSpecs(["ingest.>"]),
  consumers: consumerSpecs(pools),
  buckets: bucketSpecs(),
  signal,
};
const open = async (url: string, name = "test"): Promise<Bus> =>
  await connectBus({ url, name, logger: silentLogger, signal });

describe("request and respond", () => {
  test("give each request to one responder of a queue", async ({ nats }) => {
    await using bus = await open(nats.url);
    const seen: string[] = [];
    const answer = (who: string) => async (message: { text: string }) => {
      seen.push(who);
      return { text: `${message.text} from ${who}` };
    };
    await using _a = bus.respond("test.echo", { queue: "q", schema: echo }, answer("a"));
    await using _b = bus.respond("test.echo", { queue: "q", schema: echo }, answer("b"));

    const answers = await Promise.all(
      Array.from(
        { length: 20 },
        async () =>
          await bus.request("test.echo", { text: "hi" }, echo, { timeoutMs: 2_000, signal }),
      ),
    );

    expect(answers).toHaveLength(20);
    expect(seen).toHaveLength(20);
  });

  test("time out as an error that a retry can help", async ({ nats }) => {
    await using bus = await open(nats.url);

    const asked = bus.request("test.nobody", { text: "hi" }, echo, { timeoutMs: 200, signal });

    await expect(asked).rejects.toMatchObject({ code: "bus/timeout", disposition: "retry" });
  });

  test("let the owner of the subject say what becomes of a malformed request", async ({ nats }) => {
    await using bus = await open(nats.url);
    await using _responder = bus.respond(
      subjects.claimAll,
      { queue: "q", schema: claimRequestSchema, onMalformed: (error) => ({ text: error.code }) },
      async () => ({ text: "never" }),
    );

    const answer = await bus.request("weir.rpc.claim.cpu", { nonsense: true }, echo, {
      timeoutMs: 2_000,
      signal,
    });

    expect(answer).toEqual({ text: "contracts/malformed-message" });
  });
});

describe("streams", () => {
  test("are provisioned once, and again after they are gone", async ({ nats }) => {
    await using bus = await open(nats.url);

    const first = await provision(bus, specs);
    const second = await provision(bus, specs);
    await bus.parts.manager.streams.delete("WORK");
    const third = await provision(bus, specs);

    expect(first.created).toContain("WORK");
    expect(second.created).toEqual([]);
    expect(third.created).toEqual(["WORK", "WORK/pool-cpu"]);
  });

  test("deliver again until a message is acknowledged", async ({ nats }) => {
    await using bus = await open(nats.url);
    await provision(bus, specs);
    await bus.publishDurable(subjects.work("cpu"), { v: 1 }, { signal });
    const deliveries: number[] = [];

    await using _consumer = bus.consume(
      { stream: "WORK", consumer: workConsumer("cpu") },
      async (message) => {
        deliveries.push(message.deliveries);
        if (message.deliveries === 1) message.nak(1);
        else message.ack();
      },
    );

    await eventually(() => deliveries.length === 2, { timeoutMs: 10_000 });
    expect(deliveries).toEqual([1, 2]);
  });

  test("know a message id again", async ({ nats }) => {
    await using bus = await open(nats.url);
    await provision(bus, specs);
    const send = async () =>
      await bus.publishDurable("ingest.x", { a: 1 }, { signal, messageId: "one" });

    expect(await send()).toEqual({ duplicate: false });
    expect(await send()).toEqual({ duplicate: true });
  });

  test("are consumed again after the server was killed and its store wiped", async ({ nats }) => {
    await using bus = await open(nats.url);
    await provision(bus, specs);
    const seen: string[] = [];
    let missing = 0;
    await using _consumer = bus.consume(
      { stream: "WORK", consumer: workConsumer("cpu"), onMissing: () => (missing += 1) },
      async (message) => {
        seen.push(new TextDecoder().decode(message.data));
        message.ack();
      },
    );

    await nats.kill("SIGKILL");
    await nats.restart({ wipe: true });
    await eventually(() => missing > 0, { timeoutMs: 20_000 });
    await provision(bus, specs);
    await bus.publishDurable(subjects.work("cpu"), encodeMessage("after"), { signal });

    await eventually(() => seen.length > 0, { timeoutMs: 20_000 });
    expect(seen).toEqual(['"after"']);
  });

  test("say that they are missing instead of hanging", async ({ nats }) => {
    await using bus = await open(nats.url);

    const published = bus.publishDurable("nowhere.at.all", { a: 1 }, { signal });

    await expect(published).rejects.toMatchObject({ disposition: "retry" });
  });
});

describe("a bucket", () => {
  test("holds bytes by key", async ({ nats }) => {
    await using bus = await open(nats.url);
    await provision(bus, specs);
    const bucket = await bus.openBucket(VALUES_BUCKET);
    const bytes = new Uint8Array([1, 2, 3]);

    await bucket.put("key", bytes, signal);

    expect(await bucket.get("key", signal)).toEqual(bytes);
    expect(await bucket.get("other", signal)).toBeUndefined();
  });
});

describe("a message above the limit", () => {
  test("is refused before it is sent", async ({ nats }) => {
    await using bus = await open(nats.url);

    expect(() => bus.publish("test.big", new Uint8Array(600_000))).toThrow(/limit/);
  });
});
