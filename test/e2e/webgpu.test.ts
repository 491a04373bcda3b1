import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { begun, deployFlows, gateDir, startRun, waitForRun } from "../support/runs.ts";
import type { ServiceProcess } from "../support/service-process.ts";
import { softwareVulkan } from "../support/software-vulkan.ts";
import { type Stack, startStack } from "../support/stack.ts";

const vulkan = softwareVulkan();

interface Executions {
  readonly taskRuns: readonly {
    readonly nodeExecutions: readonly {
      readonly node: string;
      readonly facts: Readonly<Record<string, unknown>> | null;
    }[];
  }[];
}

async function factsOf(stack: Stack, id: string): Promise<Readonly<Record<string, unknown>>> {
  const { run } = await stack.api.ask<{ run: Executions }>(
    `query ($id: ID!) { run(id: $id) { taskRuns { nodeExecutions { node attempt facts } } } }`,
    { id },
  );
  const told = run.taskRuns.flatMap(({ nodeExecutions }) => nodeExecutions);
  return told.findLast(({ node, facts }) => node === "training" && facts !== null)?.facts ?? {};
}

describe.skipIf(vulkan === undefined)("a gpu-worker with WebGPU", () => {
  let stack: Stack;
  let worker: ServiceProcess;
  beforeAll(async () => {
    stack = await startStack({ services: ["scheduler", "lineage", "gateway"] });
    await deployFlows(stack, ["on-gpu", "too-large", "training"]);
    const env = { ...vulkan, WEIR_TENSOR_REQUIRE: "webgpu", WEIR_TENSOR_SOFTWARE: "true" };
    worker = await stack.start("gpu-worker", { env });
  });
  afterAll(async () => await stack[Symbol.asyncDispose]());

  test("trains on it, and lineage says so", async () => {
    const id = await startRun(stack, "on-gpu", { losesDevice: false });
    const run = await waitForRun(stack, id);

    expect(run.state).toBe("COMPLETED");
    expect(run.results).toEqual([{ name: "training", json: "webgpu" }]);
    const facts = await factsOf(stack, id);
    expect(facts).toMatchObject({ backend: "webgpu" });
    expect(facts["device"]).toMatch(/^SwiftShader .*, by WebGPU in software$/);
  });

  test("outlives a GPU that is lost: the attempt crashed, and the next one goes on", async () => {
    const id = await startRun(stack, "on-gpu", { losesDevice: true });
    const run = await waitForRun(stack, id);

    expect(run.state).toBe("COMPLETED");
    expect(run.taskRuns[0]?.attempts.map(({ state }) => state)).toEqual(["CRASHED", "SUCCEEDED"]);
    expect(await factsOf(stack, id)).toMatchObject({ epochsOfEarlierAttempts: 1, epochs: 3 });
    expect(worker.exited()).toBe(false);
  });

  test("fails a task that asks the GPU for more than it has, and no other", async () => {
    const failed = await waitForRun(stack, await startRun(stack, "too-large", { side: 20_000 }));
    const next = await waitForRun(stack, await startRun(stack, "too-large", { side: 100 }));

    expect(failed.state).toBe("FAILED");
    expect(failed.taskRuns[0]?.attempts).toHaveLength(1);
    expect(JSON.stringify(failed.error)).toContain("compute/device-fault");
    expect(JSON.stringify(failed.error)).toContain("max buffer size");
    expect(next.results).toEqual([{ name: "tooLarge", json: 10_000 }]);
    expect(worker.exited()).toBe(false);
  });

  test("stops a training on it that is cancelled, and keeps the process", async () => {
    const dir = await gateDir(stack);
    const id = await startRun(stack, "training", { dir, epochs: 10_000_000, stands: false });
    await begun(dir, "training");
    const before = await readFile(join(dir, "training.begun"), "utf8");

    await stack.api.ask(
      `mutation ($id: ID!) { cancelRun(input: { id: $id, reason: "enough" }) { __typename } }`,
      { id },
    );
    const run = await waitForRun(stack, id);

    expect(run.state).toBe("CANCELLED");
    expect(run.taskRuns[0]?.attempts.map(({ state }) => state)).toEqual(["CANCELLED"]);
    const next = await gateDir(stack);
    const following = await startRun(stack, "training", { dir: next, epochs: 3, stands: false });
    expect((await waitForRun(stack, following)).state).toBe("COMPLETED");
    expect(await readFile(join(next, "training.begun"), "utf8")).toBe(before);
  });

  test("outlives the process of it that is killed; the run goes on from the checkpoint", async () => {
    const dir = await gateDir(stack);
    const id = await startRun(stack, "training", { dir, epochs: 4, stands: true });
    await begun(dir, "training");

    process.kill(Number(await readFile(join(dir, "training.begun"), "utf8")), "SIGKILL");
    const run = await waitForRun(stack, id);

    expect(run.state).toBe("COMPLETED");
    expect(run.taskRuns[0]?.attempts.map(({ state }) => state)).toEqual(["CRASHED", "SUCCEEDED"]);
    expect(worker.exited()).toBe(false);
  });

  test("drains and exits cleanly", async () => {
    expect(await worker.stop()).toBe(0);
  });

  test("does not take a GPU in software for one unless it is told to", async () => {
    const env = { ...vulkan, WEIR_TENSOR_REQUIRE: "gpu" };

    const starting = stack.start("gpu-worker", { name: "strict", env });

    await expect(starting).rejects.toThrow(
      /a GPU is required.*CUDA: .* is not installed; WebGPU: found only SwiftShader/,
    );
    await expect(starting).rejects.toThrow("worker/required-backend");
  });
});
