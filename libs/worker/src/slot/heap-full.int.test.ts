import { join } from "node:path";
import { silentLogger } from "@weirflow/telemetry";
import { describe, expect, test } from "vitest";
import { type JobEnd, runInSlot } from "../attempt/run-in-slot.ts";
import { StopRequest } from "../attempt/stop-request.ts";
import { servedFlows } from "../served-flows.ts";
import { SlotPool } from "./slot-pool.ts";

const { signal } = new AbortController();

/** Fills the heap of a slot that nobody watches: V8 alone ends it. */
async function fillHeap(slots: SlotPool): Promise<JobEnd> {
  const paths = [join(import.meta.dirname, "../fixtures/flows")];
  const [served] = [
    ...(await servedFlows({ slots, paths, logger: silentLogger, signal })).values(),
  ];
  return await runInSlot(
    {
      runId: "r",
      taskRunId: "t",
      attempt: 1,
      flow: "ways",
      version: served?.manifest.version ?? "",
      file: served?.file ?? "",
      call: "hoarding",
      task: "hoarding",
      inputs: { kind: { kind: "json", value: "heap" } },
      outputs: ["hoard"],
      tensor: {},
    },
    {
      slots,
      stop: new StopRequest(),
      graceMs: 100,
      checkpoints: { hear: async (request) => await Promise.resolve(request) },
      listener: { onMessage: () => undefined, onOutput: () => undefined },
    },
  );
}

describe.each(["thread", "process"] as const)("the heap of a %s", (kind) => {
  test("ends its task with the same error when V8 finds it full", async () => {
    await using slots = new SlotPool({ kind, memoryBytes: 100 * 2 ** 20 });

    const end = await fillHeap(slots);

    expect(end).toMatchObject({
      outcome: "failed",
      retryable: false,
      error: {
        code: "worker/memory-limit",
        message: 'the task "hoarding" filled its JavaScript heap',
        cause: { code: "worker/task-crashed" },
      },
    });
  });
});
