import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Bus, connectBus } from "@weirflow/bus";
import { beatRequestSchema, subjects } from "@weirflow/contracts";
import { silentLogger } from "@weirflow/telemetry";
import { eventually } from "@weirflow/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { begun, deployFlows, gateDir, startRun, waitForRun } from "../support/runs.ts";
import { type Stack, startStack } from "../support/stack.ts";

/** Hears how often a worker beats; the scheduler answers. */
function countBeats(bus: Bus): AsyncDisposable & { readonly count: () => number } {
  let count = 0;
  const subscription = bus.subscribe(subjects.beat, (data) => {
    const beat = beatRequestSchema.parse(JSON.parse(new TextDecoder().decode(data)));
    if (beat.attempts.length > 0) count += 1;
  });
  return {
    count: () => count,
    [Symbol.asyncDispose]: async () => await subscription[Symbol.asyncDispose](),
  };
}

describe("a worker", () => {
  let stack: Stack;
  let bus: Bus;
  beforeAll(async () => {
    stack = await startStack({ services: ["scheduler", "lineage", "gateway"] });
    await deployFlows(stack, ["training", "hoarding", "failing"]);
    const { signal } = new AbortController();
    const { url } = stack.nats;
    bus = await connectBus({ url, name: "watcher", logger: silentLogger, signal });
  });
  afterAll(async () => {
    await bus[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  });

  test("outlives its child that is killed in the middle of a training; the run completes", async () => {
    const dir = await gateDir(stack);
    await using beats = countBeats(bus);
    await using worker = await stack.start("gpu-worker", { name: "steady" });
    const id = await startRun(stack, "training", { dir, epochs: 5, stands: true });
    await begun(dir, "training");
    const child = Number(await readFile(join(dir, "training.begun"), "utf8"));
    expect(child).not.toBe(worker.pid);
    const before = beats.count();
    await eventually(() => expect(beats.count()).toBeGreaterThan(before + 3)); // more than a lease, computing all the time

    process.kill(child, "SIGKILL");
    const run = await waitForRun(stack, id);

    expect(run.state).toBe("COMPLETED");
    expect(run.results).toEqual([{ name: "size", json: 2 }]);
    expect(run.taskRuns[0]?.attempts.map(({ state }) => state)).toEqual(["CRASHED", "SUCCEEDED"]);
    expect(await resumedFrom(stack, id)).toBeGreaterThan(0);
    expect(worker.exited()).toBe(false);
    expect(worker.output().match(/gpu-worker\.ready/gu)).toHaveLength(1);
  });

  test("fails a task that takes more memory than it may, at once, and goes on", async () => {
    await using worker = await stack.start("cpu-worker", { name: "bounded" });

    const hoarding = await startRun(stack, "hoarding", { pieceBytes: 2_000_000 });
    const run = await waitForRun(stack, hoarding);
    const after = await waitForRun(stack, await startRun(stack, "failing", { text: "yes" }));

    expect(run.state).toBe("FAILED");
    expect(run.taskRuns[0]?.attempts).toHaveLength(1); // whatever `retries` says
    expect(JSON.stringify(run.error)).toContain("worker/memory-limit");
    expect(JSON.stringify(run.error)).toMatch(/task .+hoard.+ used \d+ MiB .+ ceiling of 286 MiB/u);
    expect(run.taskRuns[0]?.nodeExecutions).toEqual([{ node: "hoard", state: "FAILED" }]);
    expect(JSON.stringify(after.error)).toContain("will not say YES");
    expect(worker.exited()).toBe(false);
  });

  test("stops a training that is cancelled (R12)", async () => {
    const dir = await gateDir(stack);
    await using _worker = await stack.start("gpu-worker", { name: "obedient" });
    const id = await startRun(stack, "training", { dir, epochs: 10_000_000, stands: false });
    await begun(dir, "training");

    await stack.api.ask(
      `mutation ($id: ID!) { cancelRun(input: { id: $id, reason: "enough" }) { __typename } }`,
      { id },
    );
    const run = await waitForRun(stack, id);

    expect(run.state).toBe("CANCELLED");
    expect(run.taskRuns[0]?.attempts.map(({ state }) => state)).toEqual(["CANCELLED"]);
    expect(run.taskRuns[0]?.nodeExecutions).toContainEqual({ node: "line", state: "CANCELLED" });
  });
});

/** The batches that the last attempt of a training did not have to repeat. */
async function resumedFrom(stack: Stack, id: string): Promise<unknown> {
  const { run } = await stack.api.ask<{
    run: {
      taskRuns: { nodeExecutions: { node: string; facts: Record<string, unknown> | null }[] }[];
    };
  }>(`query ($id: ID!) { run(id: $id) { taskRuns { nodeExecutions { node facts } } } }`, { id });
  const executions = run.taskRuns.flatMap(({ nodeExecutions }) => nodeExecutions);
  return executions.findLast(({ node }) => node === "line")?.facts?.["batchesOfEarlierAttempts"];
}
