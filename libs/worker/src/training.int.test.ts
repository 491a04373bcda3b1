import { existsSync, readFileSync } from "node:fs";
import { subjects } from "@weirflow/contracts";
import { eventually } from "@weirflow/testing";
import { describe, expect } from "vitest";
import { json } from "./fixtures/peer.ts";
import { workerTest as test, type World } from "./fixtures/worker-test.ts";

/** What is promised is 2 s; a busy machine is given more. */
const PROMISED_MS = 10_000;

const ways = (["thread", "process"] as const).flatMap((slot) =>
  ["wasm", "cpu"].map((backend) => ({ slot, backend })),
);

/** The process of a node that says in the file that it has begun. */
async function begunIn(file: string): Promise<number> {
  const read = (): string => (existsSync(file) ? readFileSync(file, "utf8") : "");
  return Number(await eventually(() => read() !== "" && read(), { timeoutMs: 20_000 }));
}

/** Cancels a task run; its report, and how long it took. */
async function cancel({ peer, bus, reported }: World, id: Parameters<World["reported"]>[0]) {
  const begunMs = performance.now();
  peer.verdict = "cancel";
  bus.publish(subjects.cancel, { v: 1, taskRunIds: [id] });
  const report = await reported(id);
  peer.verdict = "alive";
  return { report, tookMs: performance.now() - begunMs };
}

describe("startWorker: cancelling a training", () => {
  test.for(ways)("on $backend in a $slot ends it between two batches", async (way, { world }) => {
    const { slot, backend } = way;
    const { peer, file } = world;
    // Neither a beat of its own nor the end of the grace can be what ends it.
    const never = { leaseMs: 600_000, graceMs: 600_000 };
    const { version } = await world.start({ slot, concurrency: 1, ...never });
    const inputs = json({ count: 256, epochs: 10_000_000, backend, file, stands: false });
    const id = peer.offer({ task: "learning", outputs: ["line"], inputs, version });
    await begunIn(file);

    const { report, tookMs } = await cancel(world, id);

    expect(tookMs).toBeLessThan(PROMISED_MS);
    expect(report).toMatchObject({
      outcome: "cancelled",
      backend,
      error: { code: "worker/task-cancelled" },
    });
    expect(report.error?.message).not.toContain("was ended");
  });

  test.for(ways)("on $backend in a $slot ends one that never looks up", async (way, { world }) => {
    const { slot, backend } = way;
    const { peer, file, reported } = world;
    const { version } = await world.start({ slot, concurrency: 1, graceMs: 1_000 });
    const inputs = json({ backend, file });
    const id = peer.offer({ task: "multiplying", outputs: ["relentless"], inputs, version });
    await begunIn(file);

    const { report, tookMs } = await cancel(world, id);
    const next = { task: "adding", outputs: ["sum"], inputs: json({ n: 1 }), version };

    expect(tookMs).toBeLessThan(PROMISED_MS);
    expect(report).toMatchObject({
      outcome: "cancelled",
      error: { message: expect.stringContaining("its thread or process was ended") as string },
    });
    expect((await reported(peer.offer(next))).outcome).toBe("succeeded");
  });
});

describe("startWorker: killing the process of a training", () => {
  test("crashes the attempt alone; the next one goes on from the checkpoint", async ({ world }) => {
    const { peer, file, reported } = world;
    const { version } = await world.start({ slot: "process", concurrency: 1 });
    const inputs = json({ count: 64, epochs: 4, backend: "wasm", file, stands: true });
    const offer = { task: "learning", outputs: ["line"], inputs, version };
    const id = peer.offer(offer);
    const child = await begunIn(file);
    const before = peer.beats.length;
    await eventually(() => expect(peer.beats.length).toBeGreaterThan(before + 2));

    process.kill(child, "SIGKILL");
    const crash = await reported(id);
    peer.offer({ ...offer, again: { taskRunId: id, attempt: 2 } });
    await eventually(() => expect(peer.reports).toHaveLength(2));

    expect(child).not.toBe(process.pid);
    expect(crash).toMatchObject({
      outcome: "crashed",
      retryable: true,
      error: { code: "worker/task-crashed", message: expect.stringContaining("SIGKILL") as string },
    });
    expect(peer.reports[1]).toMatchObject({ outcome: "succeeded" });
    const node = peer.lineage.at(-1)?.nodes.find((one) => one.node === "line");
    expect(node?.facts?.["batchesOfEarlierAttempts"]).toBeGreaterThan(0);
  });
});
