import { subjects, workConsumer } from "@weirflow/contracts";
import { currentCarrier, inSpan, startTelemetry, traceIdOf } from "@weirflow/telemetry";
import { describe, expect } from "vitest";
import { busTest as test, signal, textSchema } from "./fixtures/bus-test.ts";

describe("the trace of the caller", () => {
  test("goes on in whoever answers", async ({ bus }) => {
    await using _telemetry = startTelemetry({ service: "test" });
    const seen: (string | undefined)[] = [];
    await using _responder = bus.respond(
      "test.traced",
      { queue: "q", schema: textSchema },
      async (message, meta) => {
        seen.push(traceIdOf(meta.carrier), traceIdOf(currentCarrier()));
        return message;
      },
    );

    const ours = await inSpan("test", {}, async () => {
      await bus.request("test.traced", { text: "hi" }, textSchema, { timeoutMs: 2_000, signal });
      return traceIdOf(currentCarrier());
    });

    expect(ours).toMatch(/^[0-9a-f]{32}$/);
    expect(seen).toEqual([ours, ours]);
  });

  test("goes on in whoever handles a stored message", async ({ bus }) => {
    await using _telemetry = startTelemetry({ service: "test" });
    const handled = Promise.withResolvers<string | undefined>();
    await using _consumer = bus.consume(
      { stream: "WORK", consumer: workConsumer("cpu") },
      async (message) => {
        message.ack();
        handled.resolve(traceIdOf(currentCarrier()));
      },
    );

    const ours = await inSpan("test", {}, async () => {
      await bus.publishDurable(subjects.work("cpu"), { v: 1 }, { signal });
      return traceIdOf(currentCarrier());
    });

    expect(await handled.promise).toBe(ours);
  });

  test("is not made up where there is none", async ({ bus }) => {
    await using _telemetry = startTelemetry({ service: "test" });
    const seen: unknown[] = [];
    await using _responder = bus.respond(
      "test.untraced",
      { queue: "q", schema: textSchema },
      async (message, meta) => {
        seen.push(meta.carrier.traceparent, currentCarrier().traceparent);
        return message;
      },
    );

    await bus.request("test.untraced", { text: "hi" }, textSchema, { timeoutMs: 2_000, signal });

    expect(seen).toEqual([undefined, undefined]);
  });

  test("travels on through a process without telemetry", async ({ bus }) => {
    const carrier = { traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` };

    await bus.publishDurable(subjects.work("cpu"), { v: 1 }, { signal, carrier });
    const pulling = { stream: "WORK", consumer: workConsumer("cpu"), batch: 1, signal };
    const [message] = await bus.pull({ ...pulling, expiresMs: 5_000 });

    expect(message?.carrier.traceparent).toBe(carrier.traceparent);
    message?.ack();
  });

  test("is left out on demand", async ({ bus }) => {
    await using _telemetry = startTelemetry({ service: "test" });

    await inSpan("test", {}, async () => {
      await bus.publishDurable(subjects.work("cpu"), { v: 1 }, { signal, carrier: {} });
    });
    const [message] = await bus.pull({
      stream: "WORK",
      consumer: workConsumer("cpu"),
      batch: 1,
      expiresMs: 5_000,
      signal,
    });

    expect(message?.carrier.traceparent).toBeUndefined();
    message?.ack();
  });
});
