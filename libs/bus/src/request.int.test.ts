import { claimRequestSchema, subjects } from "@weirflow/contracts";
import { describe, expect } from "vitest";
import { busTest as test, openBus, signal, textSchema } from "./fixtures/bus-test.ts";

const within = (timeoutMs: number) => ({ timeoutMs, signal });
const queue = { queue: "q", schema: textSchema };

describe("request and respond", () => {
  test("give each request to one responder of a queue", async ({ bus, nats }) => {
    await using other = await openBus(nats.url);
    const seen: string[] = [];
    const answer = (who: string) => async (message: { text: string }) => {
      seen.push(who);
      return { text: `${message.text} from ${who}` };
    };
    await using _a = bus.respond("test.echo", queue, answer("a"));
    await using _b = other.respond("test.echo", queue, answer("b"));
    await Promise.all([bus.flush(signal), other.flush(signal)]);

    const answers = await Promise.all(
      Array.from(
        { length: 50 },
        async () => await bus.request("test.echo", { text: "hi" }, textSchema, within(2_000)),
      ),
    );

    expect(answers).toHaveLength(50);
    expect(seen).toHaveLength(50);
    expect(new Set(seen)).toEqual(new Set(["a", "b"]));
  });

  test("say at once that nobody listens, as an error that a retry can help", async ({ bus }) => {
    const asked = bus.request("test.nobody", { text: "hi" }, textSchema, within(60_000));

    await expect(asked).rejects.toMatchObject({
      code: "bus/timeout",
      disposition: "retry",
      message: 'no answer on "test.nobody"',
    });
  });

  test("time out where the responder does not answer", async ({ bus }) => {
    await using _silent = bus.respond("test.silent", queue, async () => undefined);

    const asked = bus.request("test.silent", { text: "hi" }, textSchema, within(200));

    await expect(asked).rejects.toMatchObject({ code: "bus/timeout" });
  });

  test("leave a request unanswered whose handler throws, and answer the next", async ({ bus }) => {
    let calls = 0;
    await using _responder = bus.respond("test.flaky", queue, async (message) => {
      calls += 1;
      if (calls === 1) throw new Error("the commit is unknown");
      return message;
    });

    const first = bus.request("test.flaky", { text: "one" }, textSchema, within(200));
    await expect(first).rejects.toMatchObject({ code: "bus/timeout" });

    expect(await bus.request("test.flaky", { text: "two" }, textSchema, within(2_000))).toEqual({
      text: "two",
    });
  });

  test("let the owner of the subject say what becomes of a malformed request", async ({ bus }) => {
    const payloads: string[] = [];
    await using _responder = bus.respond(
      subjects.claimAll,
      {
        queue: "q",
        schema: claimRequestSchema,
        onMalformed: (error, meta, payload) => {
          payloads.push(`${meta.subject} ${new TextDecoder().decode(payload)}`);
          return { text: error.code };
        },
      },
      async () => ({ text: "never" }),
    );

    const answer = await bus.request(
      subjects.claim("cpu"),
      { nonsense: true },
      textSchema,
      within(2_000),
    );

    expect(answer).toEqual({ text: "contracts/malformed-message" });
    expect(payloads).toEqual(['weir.rpc.claim.cpu {"nonsense":true}']);
  });

  test("refuse an answer that is not one", async ({ bus }) => {
    await using _responder = bus.respond("test.wrong", queue, async () => ({ words: 1 }));

    const asked = bus.request("test.wrong", { text: "hi" }, textSchema, within(2_000));

    await expect(asked).rejects.toMatchObject({
      code: "contracts/malformed-message",
      subject: "test.wrong",
    });
  });

  test("handle no more at once than allowed", async ({ bus }) => {
    let running = 0;
    let most = 0;
    const gate = Promise.withResolvers<void>();
    await using _responder = bus.respond(
      "test.busy",
      { ...queue, maxConcurrent: 3 },
      async (message) => {
        running += 1;
        most = Math.max(most, running);
        if (running === 3) gate.resolve();
        await gate.promise;
        running -= 1;
        return message;
      },
    );

    const answers = await Promise.all(
      Array.from(
        { length: 12 },
        async (_, i) => await bus.request("test.busy", { text: `${i}` }, textSchema, within(5_000)),
      ),
    );

    expect(answers.map((answer) => Number(answer.text))).toEqual(
      Array.from({ length: 12 }, (_, i) => i),
    );
    expect(most).toBe(3);
  });

  test("finish what is under way when the responder stops", async ({ bus }) => {
    const arrived = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const responder = bus.respond("test.slow", queue, async (message) => {
      arrived.resolve();
      await release.promise;
      return message;
    });
    const asked = bus.request("test.slow", { text: "last" }, textSchema, within(5_000));
    await arrived.promise;

    const stopped = Promise.all([
      responder[Symbol.asyncDispose](),
      responder[Symbol.asyncDispose](),
    ]);
    release.resolve();

    expect(await asked).toEqual({ text: "last" });
    await stopped;
    const late = bus.request("test.slow", { text: "late" }, textSchema, within(1_000));
    await expect(late).rejects.toMatchObject({ code: "bus/timeout" });
  });

  test("stop waiting when the asker is cancelled", async ({ bus }) => {
    await using _silent = bus.respond("test.never", queue, async () => undefined);
    const stop = new AbortController();
    const asked = bus.request("test.never", { text: "hi" }, textSchema, {
      timeoutMs: 60_000,
      signal: stop.signal,
    });

    stop.abort();

    await expect(asked).rejects.toMatchObject({
      code: "lifecycle/cancelled",
      disposition: "cancel",
    });
  });
});

describe("a message above the limit", () => {
  test("is refused before it is sent", async ({ bus }) => {
    const tooMuch = new Uint8Array(524_289);
    const refusal = { code: "bus/message-too-large" };

    expect(() => bus.publish("test.big", tooMuch)).toThrow(expect.objectContaining(refusal));
    await expect(bus.publishDurable("ingest.big", tooMuch, { signal })).rejects.toMatchObject(
      refusal,
    );
    await expect(
      bus.request("test.big", { text: "x".repeat(524_288) }, textSchema, within(1_000)),
    ).rejects.toMatchObject(refusal);
  });

  test("passes at the limit", async ({ bus }) => {
    expect(await bus.publishDurable("ingest.big", new Uint8Array(524_288), { signal })).toEqual({
      duplicate: false,
    });
  });
});

describe("subscribe", () => {
  test("receives what is sent while it listens, with its subject and headers", async ({ bus }) => {
    const seen = Promise.withResolvers<{ text: string; subject: string; trace: unknown }>();
    const carrier = { traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` };
    await using _subscription = bus.subscribe("test.sub.*", (data, meta) =>
      seen.resolve({
        text: new TextDecoder().decode(data),
        subject: meta.subject,
        trace: meta.carrier.traceparent,
      }),
    );

    bus.publish("test.sub.one", { hello: 1 }, { carrier });

    expect(await seen.promise).toEqual({
      text: '{"hello":1}',
      subject: "test.sub.one",
      trace: carrier.traceparent,
    });
  });

  test("hears nothing once it has stopped", async ({ bus }) => {
    let heard = 0;
    const subscription = bus.subscribe("test.off", () => (heard += 1));
    bus.publish("test.off", {});
    await subscription[Symbol.asyncDispose]();

    bus.publish("test.off", {});
    await bus.flush(signal);

    expect(heard).toBe(1);
  });
});
