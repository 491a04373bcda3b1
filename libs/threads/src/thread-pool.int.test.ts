import { graphFrom, type NodeContext, RunCancelledError } from "@weirflow/dataflow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as heavy from "../test/fixtures/heavy.ts";
import { type ThreadPool, threadPool } from "./thread-pool.ts";

let threads: ThreadPool;
beforeAll(() => {
  threads = threadPool({ threads: 2 });
});
afterAll(async () => {
  await threads[Symbol.asyncDispose]();
});

const graph = graphFrom([heavy]);
const seats = (): SharedArrayBuffer => new SharedArrayBuffer(4);

async function failure(name: string, inputs: object = {}): Promise<Error & { cause?: unknown }> {
  try {
    await graph.plan([name]).run({ ...inputs }, { threads });
  } catch (error) {
    return error as Error;
  }
  throw new Error("it did not fail");
}

describe("a node with a thread", () => {
  test("runs at the same time as another: they meet", async () => {
    const made = await graph.plan(["both"]).run({ seats: seats() }, { threads });

    expect(made).toEqual({ both: "leftright" });
  });

  test("runs where the run is when that has no threads", () => {
    const context: Partial<NodeContext> = { attempt: 2 };

    expect(graph.plan(["says"]).runSync({ x: 2 }, { context })).toEqual({ says: 4 });
  });

  test("tells the run what it says, in order, before its value is there", async () => {
    const heard: unknown[] = [];
    const context: Partial<NodeContext> = {
      attempt: 3,
      log: (message, fields) => heard.push([message, fields]),
      progress: (done, total) => heard.push([done, total]),
      record: (facts) => heard.push(facts),
    };

    const made = await graph.plan(["says"]).run({ x: 2 }, { threads, context });

    expect(made).toEqual({ says: 6 });
    expect(heard).toEqual([["began", { x: 2 }], [1, 3], [2, 3], [3, 3], { x: 2 }]);
  });

  test("throws what the function threw: code, disposition, facts, place and cause", async () => {
    const { cause } = await failure("busy");

    expect(cause).toMatchObject({
      code: "test/busy",
      message: "all seats are taken",
      disposition: "retry",
      cause: { code: "unknown", message: "x is not a function" },
    });
    expect((cause as Error).stack).toContain("heavy.ts");
    expect((cause as { data(): unknown }).data()).toEqual({ seat: 3 });
  });
});

describe("a thread is ended", () => {
  test("when the run is cancelled, whatever it does", async () => {
    const stop = new AbortController();
    const shared = seats();
    const run = graph.plan(["endless"]).run({ seats: shared }, { threads, signal: stop.signal });
    const over = run.catch((error: unknown) => error);

    await Atomics.waitAsync(new Int32Array(shared), 0, 0).value;
    stop.abort();

    expect(await over).toBeInstanceOf(RunCancelledError);
    expect(await graph.plan(["both"]).run({ seats: seats() }, { threads })).toEqual({
      both: "leftright",
    });
  });

  test("when the node takes too long", async () => {
    const { cause } = await failure("late", { seats: seats() });

    expect(cause).toMatchObject({ code: "dag/node-timeout" });
    expect(await graph.plan(["both"]).run({ seats: seats() }, { threads })).toEqual({
      both: "leftright",
    });
  });

  test("when it needs more memory than it may, and the pool goes on", async () => {
    await using small = threadPool({ threads: 1, heapMiB: 64 });
    const run = graph.plan(["hungry"]).run({}, { threads: small });

    await expect(run).rejects.toMatchObject({
      cause: { code: "threads/ended", disposition: "retry" },
    });
    expect(await graph.plan(["says"]).run({ x: 1 }, { threads: small })).toEqual({ says: 1 });
  });
});

describe("a function is refused", () => {
  test("that the module does not export", async () => {
    const { cause } = await failure("hidden", { x: 1 });

    expect(cause).toMatchObject({ code: "threads/no-export" });
    expect((cause as { hint: string }).hint).toContain("export the function");
  });

  test("that takes or gives what cannot be copied", async () => {
    for (const error of [await failure("gives"), await failure("takes", { of: () => 1 })])
      expect(error.cause).toMatchObject({
        code: "threads/uncopiable",
        message: expect.stringMatching(/=> 1 could not be cloned/u) as unknown,
      });
  });
});
