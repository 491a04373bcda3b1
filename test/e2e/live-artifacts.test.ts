import { createHash } from "node:crypto";
import { createClient } from "@weirflow/client";
import { eventually } from "@weirflow/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  begun,
  deployFlows,
  gateDir,
  openGate,
  readRun,
  startRun,
  waitForRun,
} from "../support/runs.ts";
import { type Stack, startStack } from "../support/stack.ts";

interface Shown {
  readonly key: string;
  readonly url: string;
  readonly blobHash: string;
  readonly updatedAt: string;
  readonly svg: string;
}

interface Change {
  readonly kind: string;
  readonly run: { readonly artifacts: readonly Pick<Shown, "key" | "blobHash">[] };
}

const ARTIFACTS = `query ($id: ID!) { run(id: $id) { artifacts { key url blobHash updatedAt } } }`;
const WATCH = `subscription ($id: ID!) { runChanged(runId: $id) { kind run { artifacts { key blobHash } } } }`;

/** The chart of a training as anybody sees it who asks now; `false` while there is none. */
async function chartOf(stack: Stack, id: string): Promise<Shown | false> {
  const { run } = await stack.api.ask<{ run: { artifacts: readonly Shown[] } }>(ARTIFACTS, { id });
  const chart = run.artifacts.find(({ key }) => key === "training");
  if (chart === undefined) return false;
  const response = await fetch(stack.gatewayUrl + chart.url);
  expect(response.headers.get("content-type")).toBe("image/svg+xml");
  return { ...chart, svg: await response.text() };
}

const epochsOf = ({ svg }: Shown): string => />(\d+ of \d+)</.exec(svg)?.[1] ?? "";

/** Collects what somebody is told who watches a run. */
function watch(
  stack: Stack,
  id: string,
): { readonly changes: Change[]; readonly stop: () => void } {
  const client = createClient({ url: stack.gatewayUrl });
  const leaving = new AbortController();
  const changes: Change[] = [];
  const listen = async (): Promise<void> => {
    const events = client.subscribe<{ runChanged: Change }>(WATCH, { id }, leaving.signal);
    for await (const { runChanged } of events) changes.push(runChanged);
  };
  listen().catch((error: unknown) => {
    if (!leaving.signal.aborted) throw error;
  });
  return { changes, stop: () => leaving.abort() };
}

describe("the chart of a training", () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ services: ["scheduler", "lineage", "gateway"] });
    await deployFlows(stack, ["live"]);
  });
  afterAll(async () => await stack[Symbol.asyncDispose]());

  test("is there while it trains, for who asks and who watches; the last one is the final one", async () => {
    await using _worker = await stack.start("cpu-worker");
    const dir = await gateDir(stack);
    const id = await startRun(stack, "live", { dir });
    const { changes, stop } = watch(stack, id);
    await begun(dir, "epoch");

    const live = await eventually(async () => await chartOf(stack, id));
    await eventually(() => changes.some(({ run }) => run.artifacts.length > 0));

    expect(epochsOf(live)).toBe("1 of 3");
    expect((await readRun(stack, id)).state).toBe("RUNNING");
    expect(changes.at(-1)?.run.artifacts).toEqual([{ key: "training", blobHash: live.blobHash }]);
    await openGate(dir, "epoch");
    const run = await waitForRun(stack, id);
    stop();
    const last = await eventually(async () => await chartOf(stack, id));
    expect(run.state).toBe("COMPLETED");
    expect(epochsOf(last)).toBe("3 of 3");
    expect(last.url).toBe(live.url);
    expect(last.blobHash).toBe(createHash("sha256").update(last.svg).digest("hex"));
    expect(Date.parse(last.updatedAt)).toBeGreaterThanOrEqual(Date.parse(live.updatedAt));
  });

  test("stays when its worker is killed, until the next attempt draws its own", async () => {
    const doomed = await stack.start("cpu-worker", { name: "doomed" });
    const dir = await gateDir(stack);
    const id = await startRun(stack, "live", { dir });
    await begun(dir, "epoch");
    const before = await eventually(async () => await chartOf(stack, id));

    await doomed.kill();
    await eventually(
      async () => (await readRun(stack, id)).taskRuns[0]?.attempts[0]?.state === "CRASHED",
      { timeoutMs: 30_000 },
    );

    expect(await chartOf(stack, id)).toEqual(before);
    await openGate(dir, "epoch");
    await using _heir = await stack.start("cpu-worker", { name: "heir" });
    const run = await waitForRun(stack, id);
    expect(run.taskRuns[0]?.attempts.map(({ state }) => state)).toEqual(["CRASHED", "SUCCEEDED"]);
    const after = await eventually(async () => await chartOf(stack, id));
    expect([epochsOf(before), epochsOf(after)]).toEqual(["1 of 3", "3 of 3"]);
  });
});
