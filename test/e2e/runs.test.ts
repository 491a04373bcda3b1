import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "@nats-io/transport-node";
import { jetstream } from "@nats-io/jetstream";
import { eventually } from "@weirflow/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  askForRun,
  begun,
  deployFlows,
  effects,
  gateDir,
  runsOf,
  startRun,
  waitForRun,
} from "../support/runs.ts";
import { type Stack, startStack } from "../support/stack.ts";

describe("the services together", () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
    await deployFlows(stack, ["diamond", "failing", "spinning", "shout", "loading"]);
  });
  afterAll(async () => await stack[Symbol.asyncDispose]());

  test("run the join of a diamond once (R4, R9)", async () => {
    const dir = await gateDir(stack);

    const run = await waitForRun(stack, await startRun(stack, "diamond", { dir }));

    expect(run.state).toBe("COMPLETED");
    expect(run.results).toEqual([{ name: "whole", json: 4 }]);
    expect((await effects(dir)).toSorted()).toEqual(["half a", "half b", "half top", "whole"]);
    expect(run.lineage.nodeExecutions).toBeGreaterThanOrEqual(4);
  });

  test("tell what loaders and savers read and wrote", async () => {
    const dir = await gateDir(stack);
    const ordersPath = join(dir, "orders.csv");
    const totalPath = join(dir, "results/total.json");
    await writeFile(ordersPath, "id,price\n1,2.5\n2,4\n");

    const id = await startRun(stack, "loading", { ordersPath, totalPath });
    const run = await waitForRun(stack, id);

    expect(run.error).toBeNull();
    expect(await readFile(totalPath, "utf8")).toBe("6.5\n");
    const { run: told } = await stack.api.ask<{
      run: { taskRuns: { nodeExecutions: { node: string; facts: unknown }[] }[] };
    }>(`query ($id: ID!) { run(id: $id) { taskRuns { nodeExecutions { node facts } } } }`, { id });
    expect(told.taskRuns[0]?.nodeExecutions).toEqual([
      { node: "orders", facts: { path: ordersPath, sizeBytes: 19, rows: 2, columns: 2 } },
      { node: "total", facts: null },
      { node: "saved", facts: { path: totalPath, sizeBytes: 4 } },
    ]);
  });

  test("show the node, the message and the stack of a failure", async () => {
    const run = await waitForRun(stack, await startRun(stack, "failing", { text: "no" }));

    expect(run.state).toBe("FAILED");
    expect(run.error?.node).toBe("refusal");
    expect(JSON.stringify(run.error)).toContain("will not say NO");
    expect(JSON.stringify(run.error)).toContain("failing.ts");
    expect(run.taskRuns[0]?.nodeExecutions).toContainEqual({ node: "loud", state: "SUCCEEDED" });
  });

  test("refuse a bad parameter with its path and reason before any run exists", async () => {
    const before = await runsOf(stack, "failing");

    const answer = await askForRun(stack, "failing", { text: 7 });

    expect(answer.__typename).toBe("InvalidInputError");
    expect(answer.problems?.[0]).toMatchObject({ path: "/text" });
    expect(answer.problems?.[0]?.message).toContain("string");
    expect(await runsOf(stack, "failing")).toHaveLength(before.length);
  });

  test("give the same run for the same idempotency key", async () => {
    const first = await askForRun(stack, "shout", { text: "once" }, "the-key");
    const second = await askForRun(stack, "shout", { text: "once" }, "the-key");

    expect([first.created, second.created]).toEqual([true, false]);
    expect(second.run?.id).toBe(first.run?.id);
  });

  test("cancel a node that never gives its thread back (R12)", async () => {
    const dir = await gateDir(stack);
    const id = await startRun(stack, "spinning", { dir });
    await begun(dir, "spinning");

    await stack.api.ask(
      `mutation ($id: ID!) { cancelRun(input: { id: $id, reason: "enough" }) { __typename } }`,
      { id },
    );
    const run = await waitForRun(stack, id);

    expect(run.state).toBe("CANCELLED");
    expect(run.taskRuns[0]?.state).toBe("CANCELLED");
  });

  test("start one run for an event that is published twice", async () => {
    const connection = await connect({ servers: stack.nats.url });
    const event = {
      specversion: "1.0",
      id: "e-1",
      source: "test",
      type: "word.spoken",
      data: { word: "hello", loud: true },
    };
    const client = jetstream(connection);
    for (let i = 0; i < 2; i += 1) await client.publish("ingest.words", JSON.stringify(event));
    await client.publish("ingest.shout.door", JSON.stringify({ text: "knock" }), { msgID: "m-1" });
    await connection.close();

    const texts = await eventually(
      async () => {
        const runs = await runsOf(stack, "shout");
        const found = runs.map((run) => run.params["text"]).filter((t) => t !== "once");
        return found.includes("hello") && found.includes("knock") ? found : false;
      },
      { timeoutMs: 30_000 },
    );

    expect(texts.toSorted()).toEqual(["hello", "knock"]);
  });
});
