import { createLogger } from "@weirflow/telemetry";
import { describe, expect, test } from "vitest";
import { checkRequiredBackend } from "./required-backend.ts";
import { SlotPool } from "./slot/slot-pool.ts";

const signal = new AbortController().signal;

describe.each(["thread", "process"] as const)("the back end that is required of a %s", (kind) => {
  test("is opened in the slot that the first task gets", async () => {
    const lines: string[] = [];
    const logger = createLogger({ service: "test", write: (line) => lines.push(line) });
    await using slots = new SlotPool({ kind });

    await checkRequiredBackend({ slots, tensor: { require: "wasm" }, logger, signal });

    expect(lines.join()).toMatch(/"device":"WebAssembly.*"event":"worker.backend"/);
    expect((await slots.borrow(signal)).isAlive).toBe(true);
  });

  test("is said to be missing, with what was tried", async () => {
    const logger = createLogger({ service: "test", level: "silent" });
    await using slots = new SlotPool({ kind });

    const checking = checkRequiredBackend({
      slots,
      tensor: { require: "gpu", base: "/nowhere/main.js" },
      logger,
      signal,
    });

    await expect(checking).rejects.toMatchObject({
      code: "worker/required-backend",
      message: expect.stringContaining(
        "tasks of this worker cannot compute as they must: a GPU is required, and none can be used here (CUDA: @tensorflow/tfjs-node-gpu is not installed",
      ) as string,
      reason: { code: "compute/backend-unavailable" },
    });
  });
});

test("nothing is started where nothing is required", async () => {
  const logger = createLogger({ service: "test", level: "silent" });
  const borrowed: AbortSignal[] = [];
  const slots = {
    borrow: async (by: AbortSignal) => {
      borrowed.push(by);
      throw new Error("no slot");
    },
    giveBack: () => undefined,
  };

  await checkRequiredBackend({ slots, tensor: { prefer: "wasm" }, logger, signal });

  expect(borrowed).toEqual([]);
});
