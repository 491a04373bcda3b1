import { subjects } from "@weirflow/contracts";
import { eventually } from "@weirflow/testing";
import { describe, expect } from "vitest";
import { json } from "./fixtures/peer.ts";
import { workerTest as test } from "./fixtures/worker-test.ts";

describe("startWorker: a task that does not succeed", () => {
  test("reports the node, message and stack of an error of user code", async ({ world }) => {
    const { peer, reported } = world;
    const { version } = await world.start();

    const report = await reported(
      peer.offer({ task: "refusing", outputs: ["refusal"], inputs: json({ n: 4 }), version }),
    );

    expect(report).toMatchObject({
      outcome: "failed",
      retryable: true,
      outputs: {},
      error: {
        code: "dag/node-failed",
        node: "refusal",
        message: expect.stringContaining("will not take 8") as string,
        cause: { message: "will not take 8", stack: expect.stringContaining("work.ts") as string },
      },
    });
    expect(peer.order).toEqual(["lineage", "report"]);
    expect(peer.lineage[0]).toMatchObject({
      header: { outcome: "failed" },
      nodes: [
        { node: "twice", state: "succeeded" },
        { node: "refusal", state: "failed", error: { message: "will not take 8" } },
      ],
    });
  });

  test("keeps the artifacts that it saved before it failed", async ({ world }) => {
    const { peer, reported } = world;
    const { version } = await world.start();

    const report = await reported(
      peer.offer({ task: "talk", outputs: ["talking"], inputs: json({ fails: true }), version }),
    );

    expect(report.outcome).toBe("failed");
    expect(report.artifacts.map(({ key }) => key)).toEqual(["notes", "graph", "graph.png"]);
  });

  test("is a crash when it ends its thread; the worker goes on", async ({ world }) => {
    const { peer, reported } = world;
    const { version } = await world.start({ concurrency: 1 });

    const crash = await reported(
      peer.offer({ task: "exit", outputs: ["exiting"], inputs: json({ code: 7 }), version }),
    );
    const next = await reported(
      peer.offer({ task: "adding", outputs: ["sum"], inputs: json({ n: 1 }), version }),
    );

    expect(crash).toMatchObject({
      outcome: "crashed",
      retryable: true,
      error: {
        code: "worker/task-crashed",
        message: expect.stringContaining("process.exit(7)") as string,
        hint: expect.stringContaining("throw an error") as string,
      },
    });
    expect(peer.lineage[0]).toMatchObject({
      header: { outcome: "crashed" },
      nodes: [{ node: "exiting", state: "failed" }],
    });
    expect(next.outcome).toBe("succeeded");
  });

  test("fails when it leaves a rejected promise behind", async ({ world }) => {
    const { peer, reported } = world;
    const { version } = await world.start();

    const report = await reported(
      peer.offer({ task: "neglect", outputs: ["careless"], inputs: json({ n: 1 }), version }),
    );

    expect(report).toMatchObject({
      outcome: "failed",
      error: { code: "worker/stray-error", cause: { message: "left behind" } },
    });
  });

  test("fails when a callback of it throws, though its node waits for ever", async ({ world }) => {
    const { peer, reported } = world;
    const { version } = await world.start();

    const report = await reported(
      peer.offer({ task: "stray", outputs: ["astray"], inputs: json({ n: 1 }), version }),
    );

    expect(report).toMatchObject({
      outcome: "failed",
      retryable: true,
      error: { code: "worker/stray-error", cause: { message: "thrown by a callback: 1" } },
    });
  });

  test("is ended after its timeout, though it never gives the thread back", async ({ world }) => {
    const { peer, reported, file } = world;
    const { version } = await world.start();

    const report = await reported(
      peer.offer({
        task: "spin",
        outputs: ["spinning"],
        inputs: json({ n: 1, file }),
        version,
        timeoutMs: 500,
      }),
    );

    expect(report).toMatchObject({
      outcome: "timed_out",
      retryable: true,
      error: { code: "worker/task-timed-out" },
    });
    expect(peer.lineage[0]?.nodes).toMatchObject([
      { node: "twice", state: "succeeded" },
      { node: "spinning", state: "cancelled" },
    ]);
  });
});

describe.each(["thread", "process"] as const)("startWorker: stopping a task in a %s", (slot) => {
  test("a cancelled node that computes for ever is ended after the grace", async ({ world }) => {
    const { peer, reported, begun, file } = world;
    const { version } = await world.start({ slot });
    const id = peer.offer({
      task: "spin",
      outputs: ["spinning"],
      inputs: json({ n: 1, file }),
      version,
    });
    await begun();

    peer.verdict = "cancel";
    const report = await reported(id);

    expect(report).toMatchObject({
      outcome: "cancelled",
      error: { code: "worker/task-cancelled", hint: expect.any(String) as string },
    });
    expect(peer.order).toEqual(["lineage", "report"]);
  });

  test("a cancelled node that goes on in the background is ended after the grace", async ({
    world,
  }) => {
    const { peer, reported, begun, file } = world;
    const { version } = await world.start({ slot, graceMs: 2_000 });
    const id = peer.offer({ task: "ignore", outputs: ["deaf"], inputs: json({ file }), version });
    await begun();

    peer.verdict = "cancel";
    const report = await reported(id);

    expect(report).toMatchObject({
      outcome: "cancelled",
      error: { message: expect.stringContaining("its thread or process was ended") as string },
    });
    expect(peer.lineage[0]?.nodes).toMatchObject([{ node: "deaf", state: "cancelled" }]);
  });

  test("a cancelled node that obeys is recorded, and nothing is ended", async ({ world }) => {
    const { peer, reported, begun, file } = world;
    const { version } = await world.start({ slot, graceMs: 600_000 });
    const id = peer.offer({ task: "wait", outputs: ["waiting"], inputs: json({ file }), version });
    await begun();

    peer.verdict = "cancel";
    const report = await reported(id);

    expect(report).toMatchObject({
      outcome: "cancelled",
      error: { message: "the task was cancelled (a test)" },
    });
    expect(peer.lineage[0]?.nodes).toMatchObject([{ node: "waiting", state: "cancelled" }]);
  });

  test("a drained worker releases what does not end in time", async ({ world }) => {
    const { peer, reported, begun, file } = world;
    const worker = await world.start({ slot });
    const { version } = worker;
    const id = peer.offer({
      task: "wait",
      outputs: ["waiting"],
      inputs: json({ file }),
      version,
    });
    await begun();

    await worker[Symbol.asyncDispose]();

    expect(await reported(id)).toMatchObject({ outcome: "released", outputs: {} });
    expect(peer.order).toEqual(["report"]);
  });
});

describe("startWorker: leases", () => {
  test("a hint makes the next beat come at once, and its answer cancels", async ({ world }) => {
    const { peer, reported, begun, file, bus } = world;
    const { version } = await world.start({ leaseMs: 600_000 });
    const id = peer.offer({
      task: "wait",
      outputs: ["waiting"],
      inputs: json({ file }),
      version,
    });
    await begun();

    peer.verdict = "cancel";
    bus.publish(subjects.cancel, { v: 1, taskRunIds: [id] });

    expect(await reported(id)).toMatchObject({ outcome: "cancelled" });
  });

  test("leases are kept while a node never gives its thread back", async ({ world }) => {
    const { peer, begun, file, reported } = world;
    const { version } = await world.start();
    const id = peer.offer({
      task: "spin",
      outputs: ["spinning"],
      inputs: json({ n: 1, file }),
      version,
    });
    await begun();
    const before = peer.beats.length;

    await eventually(() => expect(peer.beats.length).toBeGreaterThan(before + 3));

    expect(peer.beats.at(-1)?.attempts).toMatchObject([{ taskRunId: id }]);
    peer.verdict = "cancel";
    await reported(id);
  });

  test("a stale attempt is ended and tells nobody anything", async ({ world }) => {
    const { peer, begun, file, reported } = world;
    const worker = await world.start({ concurrency: 1 });
    const { version } = worker;
    peer.offer({ task: "wait", outputs: ["waiting"], inputs: json({ file }), version });
    await begun();

    peer.verdict = "stale";
    await eventually(() => expect(worker.busy).toBe(0));
    peer.verdict = "alive";
    const next = peer.offer({ task: "adding", outputs: ["sum"], inputs: json({ n: 1 }), version });
    await reported(next);

    expect(peer.reports.map(({ taskRunId }) => taskRunId)).toEqual([next]);
    expect(peer.order).toEqual(["lineage", "report"]);
  });

  test("a worker that is idle stops at once, also when it is stopped twice", async ({ world }) => {
    const worker = await world.start({ drainMs: 600_000 });

    await Promise.all([worker[Symbol.asyncDispose](), worker[Symbol.asyncDispose]()]);

    expect(worker.isConnected()).toBe(false);
  });

  test("pulls no more than it has slots for", async ({ world }) => {
    const { peer, begun, file, reported } = world;
    const { version } = await world.start({ concurrency: 1 });
    const first = peer.offer({
      task: "wait",
      outputs: ["waiting"],
      inputs: json({ file }),
      version,
    });
    await begun();

    const second = peer.offer({
      task: "adding",
      outputs: ["sum"],
      inputs: json({ n: 1 }),
      version,
    });
    const before = peer.beats.length;
    await eventually(() => expect(peer.beats.length).toBeGreaterThan(before + 2));
    expect(peer.claims.map(({ taskRunId }) => taskRunId)).toEqual([first]);

    peer.verdict = "cancel";
    await reported(first);
    peer.verdict = "alive";
    await reported(second);
  });
});
