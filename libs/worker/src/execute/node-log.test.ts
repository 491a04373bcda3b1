import fc from "fast-check";
import { logLineSchema } from "@weirflow/contracts";
import { describe, expect, test } from "vitest";
import type { SlotLine } from "../slot/slot-messages.ts";
import { nodeLog } from "./node-log.ts";

function collect() {
  const lines: SlotLine[] = [];
  return { lines, log: nodeLog("fit", (line) => lines.push(line)) };
}

describe("nodeLog", () => {
  test("writes a line with its node, level and fields", () => {
    const { lines, log } = collect();

    log("epoch", { loss: 0.5 });

    expect(lines).toEqual([
      {
        node: "fit",
        level: "info",
        at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        message: "epoch",
        fields: { loss: 0.5 },
      },
    ]);
  });

  test("has a method for each level", () => {
    const { lines, log } = collect();
    const levels = log as unknown as Record<"debug" | "warn" | "error", (m: string) => void>;

    levels.debug("a");
    levels.warn("b");
    levels.error("c");

    expect(lines.map((line) => line.level)).toEqual(["debug", "warn", "error"]);
  });

  test("makes lines that fit their message, whatever is logged", () => {
    const { lines, log } = collect();
    const fields = fc.dictionary(fc.string(), fc.anything({ withBigInt: true }));
    const ids = {
      v: 1,
      runId: "019b0000-0000-7000-8000-000000000001",
      taskRunId: "019b0000-0000-7000-8000-000000000002",
      attempt: 1,
    };
    fc.assert(
      fc.property(fc.string({ maxLength: 20_000 }), fields, (message, some) => {
        log(message, some);
        const line = lines.at(-1);
        expect(logLineSchema.safeParse({ ...ids, ...line }).success).toBe(true);
        expect(JSON.stringify(line).length).toBeLessThan(100_000);
      }),
    );
  });

  test("shows fields that are too large, or a cycle, as text", () => {
    const { lines, log } = collect();
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;

    log("large", { text: "x".repeat(20_000) });
    log("loop", loop);

    expect(Object.keys(lines[0]?.fields ?? {})).toEqual(["preview"]);
    expect(lines[1]?.fields).toEqual({ preview: "{self: {self: {self: {self: …}}}}" });
  });
});
