import { describe, expect, test } from "vitest";
import { RunCancelledError } from "../errors.ts";
import { graph, graphFrom } from "../graph/graph.ts";
import type { NodeContext } from "../node-context.ts";

describe("run, when it is cancelled", () => {
  test("runs nothing once its signal is aborted", async () => {
    let runs = 0;
    const plan = graphFrom([{ a: () => (runs += 1) }]).plan(["a"]);

    const run = plan.run({}, { signal: AbortSignal.abort(new Error("stop")) });

    await expect(run).rejects.toBeInstanceOf(RunCancelledError);
    await expect(run).rejects.toMatchObject({ disposition: "cancel", cause: { message: "stop" } });
    expect(runs).toBe(0);
  });

  test("stops between two nodes that do not wait", async () => {
    const stop = new AbortController();
    const ran: string[] = [];
    const module = {
      a: () => {
        stop.abort();
        return ran.push("a");
      },
      b: ({ a }: { a: number }) => ran.push(`b${a}`),
    };

    await expect(graph(module).plan("b").run({}, { signal: stop.signal })).rejects.toMatchObject({
      code: "dag/cancelled",
    });
    expect(ran).toEqual(["a"]);
  });

  test("ends at once, although a node does not listen", async () => {
    const stop = new AbortController();
    const never = new Promise<number>(() => undefined);
    const seen: boolean[] = [];
    const module = {
      deaf: async (_: object, { signal }: NodeContext) => {
        signal.addEventListener("abort", () => seen.push(signal.aborted), { once: true });
        return await never;
      },
    };
    const run = graphFrom([module]).plan(["deaf"]).run({}, { signal: stop.signal });

    stop.abort("enough");

    await expect(run).rejects.toMatchObject({ code: "dag/cancelled", cause: "enough" });
    expect(seen).toEqual([true]);
  });

  test("ends at once, although the first node to wait cancelled it", async () => {
    const stop = new AbortController();
    const never = new Promise<number>(() => undefined);
    const module = {
      deaf: async () => {
        stop.abort("mine");
        return await never;
      },
    };

    await expect(graph(module).plan("deaf").run({}, { signal: stop.signal })).rejects.toMatchObject(
      { code: "dag/cancelled", cause: "mine" },
    );
  });

  test("calls a failure that the cancellation caused a cancellation", async () => {
    const stop = new AbortController();
    const module = {
      a: (_: object, { signal }: NodeContext) => {
        stop.abort(new Error("stop"));
        signal.throwIfAborted();
      },
    };

    await expect(
      graphFrom([module]).plan(["a"]).run({}, { signal: stop.signal }),
    ).rejects.toMatchObject({
      code: "dag/cancelled",
      message: 'the run was cancelled at node "a"',
    });
  });

  test("leaves no listener on the signal", async () => {
    const stop = new AbortController();
    const module = { a: async () => await Promise.resolve(1) };
    let listeners = 0;
    const { signal } = stop;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };

    await graph(module).plan("a").run({}, { signal });

    expect(listeners).toBe(0);
  });
});
