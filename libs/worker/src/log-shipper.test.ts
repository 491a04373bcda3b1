import { type LogLine, parseRunId, parseTaskRunId } from "@weirflow/contracts";
import { silentLogger } from "@weirflow/telemetry";
import { describe, expect, test, vi } from "vitest";
import { LogShipper } from "./log-shipper.ts";

const line = (message: string): LogLine => ({
  v: 1,
  runId: parseRunId("019b0000-0000-7000-8000-000000000001"),
  taskRunId: parseTaskRunId("019b0000-0000-7000-8000-000000000002"),
  attempt: 1,
  level: "info",
  at: "2026-01-01T00:00:00.000Z",
  message,
});

/** The broker's side: takes lines, or not. */
function broker(takes: () => boolean) {
  const taken: string[] = [];
  const bus = {
    publishDurable: async (subject: string, message: object) => {
      if (!takes()) throw new Error("stream full");
      expect(subject).toBe("weir.log.019b0000-0000-7000-8000-000000000001");
      taken.push((message as LogLine).message);
    },
  };
  return { taken, bus };
}

describe("LogShipper", () => {
  test("publishes lines in order", async () => {
    const { taken, bus } = broker(() => true);
    await using shipper = new LogShipper({ bus, logger: silentLogger });
    const messages = Array.from({ length: 250 }, (_, i) => `line ${i}`);

    for (const message of messages) shipper.add(line(message));

    await vi.waitUntil(() => taken.length === 250);
    expect(taken).toEqual(messages);
  });

  test("tries a line once more, then drops and counts it", async () => {
    let tries = 0;
    const { taken, bus } = broker(() => {
      tries += 1;
      return tries > 2;
    });
    const shipper = new LogShipper({ bus, logger: silentLogger });

    shipper.add(line("lost"));
    await vi.waitUntil(() => tries === 1);
    await shipper[Symbol.asyncDispose]();

    expect(taken).toEqual([]);
    expect(shipper.dropped).toBe(1);
  });

  test("drops what exceeds its capacity", async () => {
    const { bus } = broker(() => true);
    await using shipper = new LogShipper({ bus, logger: silentLogger, capacity: 3 });

    for (let i = 0; i < 10; i += 1) shipper.add(line(`line ${i}`));

    expect(shipper.dropped).toBe(7);
  });

  test("publishes what is left when it stops", async () => {
    const { taken, bus } = broker(() => true);
    const shipper = new LogShipper({ bus, logger: silentLogger });

    shipper.add(line("last"));
    await shipper[Symbol.asyncDispose]();

    expect(taken).toEqual(["last"]);
  });
});
