import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { connectBus } from "@weirflow/bus";
import { subjects } from "@weirflow/contracts";
import { silentLogger } from "@weirflow/telemetry";
import { eventually } from "@weirflow/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deployFlows, runsOf, startRun, waitForRun } from "../support/runs.ts";
import { ROOT } from "../support/service-process.ts";
import { type Stack, startStack } from "../support/stack.ts";

const EXAMPLE = join(ROOT, "examples/digits/src");
const small = { learningCount: 3_000, testCount: 300, epochs: 6, minAccuracy: 0.8 };

interface Trained {
  readonly taskRuns: readonly {
    readonly nodeExecutions: readonly {
      readonly node: string;
      readonly attempt: number;
      readonly facts: Readonly<Record<string, unknown>> | null;
    }[];
  }[];
}

/** Files that are done: one that is being written has another ending. */
async function wholeFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /^[0-9a-f]{64}$/u.test(name));
}

/** What the last execution of the node `training` told for lineage. */
async function trainingFacts(stack: Stack, id: string): Promise<Readonly<Record<string, unknown>>> {
  const { run } = await stack.api.ask<{ run: Trained }>(
    `query ($id: ID!) { run(id: $id) { taskRuns { nodeExecutions { node attempt facts } } } }`,
    { id },
  );
  const executions = run.taskRuns
    .flatMap(({ nodeExecutions }) => nodeExecutions)
    .filter(({ node }) => node === "training")
    .toSorted((a, b) => b.attempt - a.attempt);
  return executions[0]?.facts ?? {};
}

describe("the example digits", () => {
  let stack: Stack;
  beforeAll(async () => {
    const services = ["scheduler", "lineage", "gateway", "cpu-worker"];
    stack = await startStack({ services, flows: EXAMPLE });
    await deployFlows(stack, ["digits"], EXAMPLE);
  });
  afterAll(async () => await stack[Symbol.asyncDispose]());

  test("trains on after kill -9 of its worker, from the checkpoint", async () => {
    const doomed = await stack.start("gpu-worker", { name: "doomed" });
    const id = await startRun(stack, "digits", small);
    const checkpoints = join(stack.dir, "values", "checkpoints");
    await eventually(async () => (await wholeFiles(checkpoints)).length > 0, {
      timeoutMs: 60_000,
    });

    await doomed.kill();
    await using _heir = await stack.start("gpu-worker", { name: "heir" });
    const run = await waitForRun(stack, id, 100_000);

    expect(run.state).toBe("COMPLETED");
    const trained = run.taskRuns.find(({ call }) => call === "trainDigits");
    expect(trained?.attempts.map(({ state }) => state)).toEqual(["CRASHED", "SUCCEEDED"]);
    const facts = await trainingFacts(stack, id);
    expect(facts["batchesOfEarlierAttempts"]).toBeGreaterThanOrEqual(1);
    expect(facts).toMatchObject({ layers: 7, parameters: 5_386 });
    await eventually(async () => expect(await wholeFiles(checkpoints)).toEqual([]));
  });

  test("starts when its dataset is updated, with the data that the event names", async () => {
    const { signal } = new AbortController();
    await using bus = await connectBus({
      url: stack.nats.url,
      name: "lake",
      logger: silentLogger,
      signal,
    });
    const event = {
      specversion: "1.0",
      id: "1",
      source: "/lake",
      type: "dataset.updated",
      data: { name: "digits", path: "/nowhere" },
    };

    await bus.publishDurable(subjects.event("dataset.updated"), event, { signal });

    const started = await eventually(
      async () =>
        (await runsOf(stack, "digits")).find(({ params }) => params["dataset"] === "/nowhere") ??
        false,
    );
    const run = await waitForRun(stack, started.id);
    expect(run.state).toBe("FAILED");
    expect(JSON.stringify(run.error)).toContain("digits/file");
  });
});
