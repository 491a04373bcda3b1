import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLossyProxy } from "../support/lossy-proxy.ts";
import { deployFlows, effects, gateDir, openGate, startRun, waitForRun } from "../support/runs.ts";
import { type Stack, startStack } from "../support/stack.ts";

describe("a worker whose answers are lost on the way", () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ services: ["scheduler", "lineage", "gateway"] });
    await deployFlows(stack, ["gated"]);
  });
  afterAll(async () => await stack[Symbol.asyncDispose]());

  test.each([
    ["claim", '"verdict":"granted"'],
    ["report", '"verdict":"accepted"'],
  ])(
    "repeats the %s and is answered the same: nothing doubled, no attempt wasted",
    async (_what, mark) => {
      await using proxy = await startLossyProxy(
        stack.nats.port,
        (payload, lost) => lost < 1 && payload.includes(mark),
      );
      await using worker = await stack.start("cpu-worker", {
        name: "unlucky",
        env: { WEIR_NATS_URL: proxy.url },
      });
      const dir = await gateDir(stack);
      await openGate(dir, "only-1");

      const run = await waitForRun(stack, await startRun(stack, "gated", { dir }));

      expect(proxy.lost()).toBe(1);
      expect(run.state).toBe("COMPLETED");
      expect(run.taskRuns[0]?.attempts).toEqual([{ number: 1, state: "SUCCEEDED" }]);
      expect(await effects(dir)).toEqual(["only begins 1"]);
      await worker.stop();
    },
  );
});
