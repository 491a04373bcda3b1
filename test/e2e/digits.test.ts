import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { eventually } from "@weirflow/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mnistSubset } from "../support/mnist-subset.ts";
import { deployFlows, runsOf, type ShownRun, startRun, waitForRun } from "../support/runs.ts";
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

interface Artifact {
  readonly key: string;
  readonly kind: string;
  readonly call: string;
  readonly bytes: Buffer;
}

/** What a run left to look at, with its bytes. */
async function artifactsOf(stack: Stack, id: string): Promise<readonly Artifact[]> {
  interface Shown extends Omit<Artifact, "call" | "bytes"> {
    readonly url: string;
    readonly taskRun: { readonly call: string };
  }
  const { run } = await stack.api.ask<{ run: { artifacts: readonly Shown[] } }>(
    `query ($id: ID!) { run(id: $id) { artifacts { key kind url taskRun { call } } } }`,
    { id },
  );
  return await Promise.all(
    run.artifacts.map(async ({ key, kind, url, taskRun: { call } }) => {
      const response = await fetch(stack.gatewayUrl + url);
      return { key, kind, call, bytes: Buffer.from(await response.arrayBuffer()) };
    }),
  );
}

/** A result of a run, which is an object. */
function resultOf(run: ShownRun, name: string): Readonly<Record<string, unknown>> {
  const json = run.results.find((result) => result.name === name)?.json;
  if (typeof json !== "object" || json === null) throw new Error(`no result "${name}"`);
  return { ...json };
}

/** The pictures of a run that read 300 images, some of them wrong. */
async function expectPictures(artifacts: readonly Artifact[], misread: number): Promise<void> {
  const drawn = artifacts.filter(({ kind }) => kind !== "GRAPH");
  expect(drawn.map(({ call, key, kind }) => `${call} ${key} ${kind}`).toSorted()).toEqual([
    "evaluateDigits confusion CHART",
    "evaluateDigits misread IMAGE",
    "evaluateDigits scores TABLE",
    "trainDigits training CHART",
  ]);
  const textOf = (key: string): string =>
    drawn.find((artifact) => artifact.key === key)?.bytes.toString("utf8") ?? "";
  const lines = textOf("scores").trim().split("\n");
  expect(lines[0]).toBe("digit,images,recall,precision");
  expect(lines.slice(1).map((line) => line.split(",")[0])).toEqual(
    Array.from({ length: 10 }, (_, digit) => String(digit)),
  );
  expect(sum(lines.slice(1).map((line) => Number(line.split(",")[1])))).toBe(300);
  expect(textOf("training")).toContain(">3 of 3<");
  const cells = [...textOf("confusion").matchAll(/ read as \d: (\d+)</g)].map(([, n]) => Number(n));
  expect([cells.length, sum(cells)]).toEqual([100, 300]);
  expect(sum(cells.filter((_, at) => at % 11 !== 0))).toBe(misread);
  expect(textOf("misread").slice(1, 4)).toBe("PNG");
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
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
    // what a run by an event takes from its deployment
    const params = { epochs: 3, minAccuracy: 0.7 };
    await deployFlows(stack, ["digits"], { folder: EXAMPLE, params });
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

  test("fails at the quality gate when too few are read right, with everything to look at", async () => {
    await using _worker = await stack.start("gpu-worker");
    const strict = { network: "dense", learningCount: 300, testCount: 100, epochs: 1 };

    const id = await startRun(stack, "digits", { ...strict, minAccuracy: 0.97 });
    const run = await waitForRun(stack, id);

    expect(run.state).toBe("FAILED");
    expect(run.error).toMatchObject({ code: "dag/node-failed", node: "qualityGate" });
    const { cause } = run.error ?? {};
    expect(cause?.code).toBe("digits/too-inaccurate");
    expect(cause?.message).toMatch(
      /^the model reads \d+ of 100 digits right \(\d+\.00 %\), less than the 97\.00 %/,
    );
    const evaluated = run.taskRuns.find(({ call }) => call === "evaluateDigits");
    expect(evaluated?.attempts.map(({ state }) => state)).toEqual(["FAILED"]);
    const shown = await artifactsOf(stack, id);
    expect(shown.map(({ key }) => key)).toEqual(
      expect.arrayContaining(["training", "confusion", "scores", "misread"]),
    );
  });

  describe("started by the event dataset.updated", () => {
    /** Says that a dataset has changed, with the program that the README of the example shows. */
    const announce = async (id: string, path: string): Promise<void> => {
      const readme = await readFile(join(ROOT, "examples/digits/README.md"), "utf8");
      const program = /```js\n(.*?)```/s.exec(readme)?.[1] ?? "";
      const text = program
        .replace("nats://127.0.0.1:4222", stack.nats.url)
        .replace("crypto.randomUUID()", JSON.stringify(id))
        .replace("/data/mnist", path);
      const flags = ["--input-type=module", "--eval", text];
      await promisify(execFile)(process.execPath, flags, { cwd: ROOT });
    };

    /** The runs that read their images from this folder. */
    const startedFor = async (path: string): Promise<readonly ShownRun[]> =>
      (await runsOf(stack, "digits")).filter(({ params }) => params["dataset"] === path);

    const firstFor = async (path: string): Promise<ShownRun> =>
      await eventually(async () => (await startedFor(path))[0] ?? false);

    test("prepares, trains and evaluates what the event names, once for each event", async () => {
      await using _worker = await stack.start("gpu-worker");
      const folder = join(stack.dir, "mnist");
      const path = await mnistSubset(folder, { train: 2_000, t10k: 300 });

      await announce("1", path);
      await announce("1", path);
      const { id } = await firstFor(path);
      const run = await waitForRun(stack, id, 100_000);

      expect(run.error).toBeNull();
      expect(run.taskRuns.map(({ call, state }) => `${call} ${state}`).toSorted()).toEqual([
        "evaluateDigits COMPLETED",
        "prepareDigits COMPLETED",
        "trainDigits COMPLETED",
      ]);
      expect(resultOf(run, "qualityGate")).toMatchObject({ minAccuracy: 0.7 });
      const { accuracy, images, misread } = resultOf(run, "digitResults");
      expect(images).toBe(300);
      expect(accuracy).toBeCloseTo(1 - Number(misread) / 300, 6);
      expect(await startedFor(path)).toHaveLength(1);
      await expectPictures(await artifactsOf(stack, id), Number(misread));
    });

    test("says which file is missing when the folder holds no images", async () => {
      await announce("2", "/nowhere");

      const run = await waitForRun(stack, (await firstFor("/nowhere")).id);

      expect(run.state).toBe("FAILED");
      expect(JSON.stringify(run.error)).toContain("digits/file");
    });
  });
});
