import { describe, expect } from "vitest";
import { json } from "./fixtures/peer.ts";
import { workerTest as test } from "./fixtures/worker-test.ts";

const MIB = 2 ** 20;
const taskMemoryBytes = 192 * MIB;
const slots = ["thread", "process"] as const;
const ways = slots.flatMap((slot) => ["heap", "buffers", "wasm"].map((kind) => ({ slot, kind })));

describe("startWorker: memory of a task", () => {
  test.for(ways)("a $slot that fills its memory with $kind is ended", async (way, { world }) => {
    const { slot, kind } = way;
    const { peer, reported } = world;
    const { version } = await world.start({ slot, taskMemoryBytes, concurrency: 1 });
    const add = { task: "adding", outputs: ["sum"], inputs: json({ n: 1 }), version };

    const report = await reported(
      peer.offer({ task: "hoarding", outputs: ["hoard"], inputs: json({ kind }), version }),
    );
    const next = await reported(peer.offer(add));

    expect(report).toMatchObject({
      outcome: "failed",
      retryable: false,
      error: {
        code: "worker/memory-limit",
        message: expect.stringMatching(/^the task "hoarding" (used|filled)/u) as string,
        hint: expect.stringContaining("WEIR_TASK_MEMORY_BYTES") as string,
        data: { task: "hoarding", limitBytes: taskMemoryBytes },
      },
    });
    expect(peer.lineage[0]?.nodes).toMatchObject([
      { node: "hoard", state: "failed", error: { code: "worker/memory-limit" } },
    ]);
    expect(next.outcome).toBe("succeeded");
  });

  test("a task may have a lower ceiling of its own", async ({ world }) => {
    const { peer, reported } = world;
    const { version } = await world.start({ taskMemoryBytes: 64 * taskMemoryBytes });
    const inputs = json({ kind: "buffers" });

    const report = await reported(
      peer.offer({ task: "modest", outputs: ["hoard"], inputs, version }),
    );

    expect(report.error).toMatchObject({
      code: "worker/memory-limit",
      data: { task: "modest", limitBytes: 160 * MIB },
    });
  });

  test.for(slots)("a %s that only makes garbage is left alone", async (slot, { world }) => {
    const { peer, reported } = world;
    const { version } = await world.start({ slot, taskMemoryBytes: 256 * MIB });

    const report = await reported(
      peer.offer({ task: "churning", outputs: ["churn"], inputs: json({ turns: 300 }), version }),
    );

    expect(report).toMatchObject({ outcome: "succeeded", outputs: { churn: { data: "[300]" } } });
  });

  test.for(slots)("a %s is used again unless much is left in it", async (slot, { world }) => {
    const { peer, reported } = world;
    const { version } = await world.start({ slot, taskMemoryBytes: 512 * MIB, concurrency: 1 });
    const leave = async (sizeBytes: number): Promise<string | undefined> => {
      const inputs = json({ sizeBytes });
      const report = await reported(
        peer.offer({ task: "leaving", outputs: ["untidy"], inputs, version }),
      );
      const place = report.outputs["untidy"];
      return place?.kind === "inline" ? place.data : undefined;
    };

    const places = [await leave(1), await leave(300 * MIB), await leave(1)];

    expect(places[1]).toBe(places[0]);
    expect(places[2]).not.toBe(places[1]);
    expect(places[2]).toMatch(/\d+\/\d+/u);
  });
});
