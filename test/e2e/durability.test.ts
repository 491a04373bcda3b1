import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  begun,
  deployFlows,
  effects,
  gateDir,
  openGate,
  startRun,
  waitForRun,
} from "../support/runs.ts";
import { type Stack, startStack } from "../support/stack.ts";

describe("a run", () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ services: ["scheduler", "lineage", "gateway"] });
    await deployFlows(stack, ["gated", "chain"]);
  });
  afterAll(async () => await stack[Symbol.asyncDispose]());

  test("survives kill -9 of its worker, also with retries: 0 (R5)", async () => {
    const dir = await gateDir(stack);
    const doomed = await stack.start("cpu-worker", { name: "doomed" });
    const id = await startRun(stack, "gated", { dir });
    await begun(dir, "only-1");

    await doomed.kill();
    await openGate(dir, "only-2");
    const heir = await stack.start("cpu-worker", { name: "heir" });
    const run = await waitForRun(stack, id);

    expect(run.state).toBe("COMPLETED");
    expect(run.results).toEqual([{ name: "passed", json: 2 }]);
    expect(run.taskRuns[0]?.attempts.map((a) => a.state)).toEqual(["CRASHED", "SUCCEEDED"]);
    expect(await effects(dir)).toEqual(["only begins 1", "only begins 2"]);
    await heir.stop();
  });

  test("survives kill -9 of NATS with its store wiped (R6)", async () => {
    const dir = await gateDir(stack);
    await using worker = await stack.start("cpu-worker", { name: "steady" });
    const id = await startRun(stack, "chain", { dir });
    await begun(dir, "first-1");

    await stack.nats.kill("SIGKILL");
    await stack.nats.restart({ wipe: true });
    await openGate(dir, "first-1");
    await openGate(dir, "second-1");
    const run = await waitForRun(stack, id);

    expect(run.state).toBe("COMPLETED");
    expect(run.taskRuns.map((t) => t.attempt)).toEqual([1, 1]);
    expect(worker.exited()).toBe(false);
  });

  test("survives a restart of Postgres without a crash of any task (R7)", async () => {
    const dir = await gateDir(stack);
    await using worker = await stack.start("cpu-worker", { name: "patient" });
    const id = await startRun(stack, "chain", { dir });
    await begun(dir, "first-1");

    await stack.postgres.restart();
    await openGate(dir, "first-1");
    await openGate(dir, "second-1");
    const run = await waitForRun(stack, id);

    expect(run.state).toBe("COMPLETED");
    expect(run.taskRuns.map((t) => t.attempts.map((a) => a.state))).toEqual([
      ["SUCCEEDED"],
      ["SUCCEEDED"],
    ]);
    expect(worker.exited()).toBe(false);
  });
});
