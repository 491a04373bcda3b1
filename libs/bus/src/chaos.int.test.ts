import { encodeMessage, subjects, workConsumer } from "@weirflow/contracts";
import { isWeirError } from "@weirflow/errors";
import { retry } from "@weirflow/lifecycle";
import { eventually } from "@weirflow/testing";
import { describe, expect } from "vitest";
import { busTest as test, openBus, signal, textSchema } from "./fixtures/bus-test.ts";

const work = { stream: "WORK", consumer: workConsumer("cpu") };
const patiently = { attempts: Infinity, firstDelayMs: 10, maxDelayMs: 200 };
const numbers = Array.from({ length: 300 }, (_, i) => i);

describe("while the server is killed again and again", () => {
  test("every message that was stored is handled, at least once", async ({ bus, nats }) => {
    await using consuming = await openBus(nats.url);
    const seen = new Set<string>();
    await using _consumer = consuming.consume({ ...work, maxMessages: 16 }, async (message) => {
      seen.add(new TextDecoder().decode(message.data));
      message.ack();
    });
    let stored = 0;
    const publishing = (async () => {
      for (const number of numbers) {
        const send = async () =>
          await bus.publishDurable(subjects.work("cpu"), encodeMessage(number), {
            signal,
            messageId: `chaos-${number}`,
          });
        await retry(patiently, send, { signal });
        stored += 1;
      }
    })();

    for (const after of [50, 150, 250]) {
      await eventually(() => stored >= after, { timeoutMs: 30_000 });
      await nats.kill("SIGKILL");
      await nats.restart();
    }
    await publishing;

    await eventually(() => expect(seen.size).toBe(numbers.length), { timeoutMs: 40_000 });
  });

  test("every request is answered in the end, by whoever is left", async ({ bus, nats }) => {
    await using responding = await openBus(nats.url);
    let calls = 0;
    await using _responder = responding.respond(
      "test.chaos",
      { queue: "q", schema: textSchema },
      async (message) => {
        calls += 1;
        return message;
      },
    );
    const ask = async (number: number): Promise<string> => {
      const message = { text: String(number) };
      const once = async () =>
        await bus.request("test.chaos", message, textSchema, { timeoutMs: 1_000, signal });
      return (await retry(patiently, once, { signal })).text;
    };
    const answered: string[] = [];
    const asking = (async () => {
      for (const number of numbers) answered.push(await ask(number));
    })();

    for (const after of [100, 200]) {
      await eventually(() => answered.length >= after, { timeoutMs: 30_000 });
      await nats.kill("SIGKILL");
      await nats.restart();
    }
    await asking;

    expect(answered).toEqual(numbers.map(String));
    expect(calls).toBeGreaterThanOrEqual(numbers.length);
  });

  test("what fails meanwhile says that a retry can help", async ({ bus, nats }) => {
    const errors: unknown[] = [];
    const stop = new AbortController();
    const publishing = (async () => {
      while (!stop.signal.aborted)
        await bus
          .publishDurable("ingest.chaos", { a: 1 }, { signal })
          .catch((error: unknown) => errors.push(error));
    })();

    for (let i = 0; i < 3; i += 1) {
      await nats.kill("SIGKILL");
      await nats.restart();
      await eventually(() => bus.isConnected());
    }
    stop.abort();
    await publishing;

    expect(errors.every((error) => isWeirError(error) && error.disposition === "retry")).toBe(true);
  });
});
