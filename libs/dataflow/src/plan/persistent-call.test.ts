import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { NodeTimeoutError, RunCancelledError } from "../errors.ts";
import { graph, graphFrom } from "../graph/graph.ts";
import { node } from "../modifier/node.ts";
import type { NodeContext } from "../node-context.ts";

/** A function that fails so often before it gives its number of tries. */
function failing(times: number): () => number {
  let tries = 0;
  return () => {
    tries += 1;
    if (tries <= times) throw new Error(`try ${tries}`);
    return tries;
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("retries", () => {
  test("try again at once, also in a synchronous run", () => {
    const flaky = node(failing(2), { retries: 2 });

    expect(graph({ flaky }).plan("flaky").runSync()).toEqual({ flaky: 3 });
  });

  test("end with the last failure", async () => {
    const flaky = node(failing(9), { retries: 2 });

    await expect(graph({ flaky }).plan("flaky").run()).rejects.toThrow(
      'node "flaky" failed: try 3',
    );
  });

  test("wait between tries, twice as long each time, up to the longest", async () => {
    const at: number[] = [];
    const flaky = node(
      async () => {
        at.push(Date.now());
        return await Promise.reject(new Error("no"));
      },
      { retries: { count: 3, delayMs: 100, maxDelayMs: 300 } },
    );
    const run = graph({ flaky }).plan("flaky").run();
    const ended = expect(run).rejects.toThrow("no");

    await vi.runAllTimersAsync();
    await ended;

    expect(at.map((ms) => ms - (at[0] ?? 0))).toEqual([0, 100, 300, 600]);
  });

  test("leave alone what is not worth another try", async () => {
    const calls = vi.fn(failing(5));
    const picky = node(() => calls(), {
      retries: { count: 5, retryIf: (error) => String(error).includes("try 1") },
    });

    await expect(graph({ picky }).plan("picky").run()).rejects.toThrow("try 2");
    expect(calls).toHaveBeenCalledTimes(2);
  });

  test("take the same values in a graph so large that nodes share them", async () => {
    let tries = 0;
    const flaky = async ({ cost }: { cost: number }): Promise<number> =>
      await (++tries === 1 ? Promise.reject(new Error("busy")) : Promise.resolve(cost));
    const module = {
      ...Object.fromEntries(Array.from({ length: 1_100 }, (_, i) => [`n${i}`, () => i])),
      cost: () => 5,
      price: node(flaky, { retries: 1 }),
    };
    const plan = graphFrom([module]).plan(Object.keys(module).filter((name) => name !== "cost"));

    expect(await plan.run()).toMatchObject({ price: 5 });
  });

  test("stop when the run is cancelled in a pause", async () => {
    const stop = new AbortController();
    const flaky = node(failing(5), { retries: { count: 5, delayMs: 1_000 } });
    const run = graph({ flaky }).plan("flaky").run({}, { signal: stop.signal });
    const ended = expect(run).rejects.toBeInstanceOf(RunCancelledError);

    stop.abort(new Error("enough"));
    await ended;

    expect(vi.getTimerCount()).toBe(0);
  });

  test("are told in the log of the run", async () => {
    const lines: unknown[] = [];
    const flaky = node(failing(1), { retries: 1 });
    const context = { log: (...line: unknown[]) => void lines.push(line) };

    await graph({ flaky }).plan("flaky").run({}, { context });

    expect(lines).toEqual([["node.retried", { node: "flaky", attempt: 1, of: 2, delayMs: 0 }]]);
  });
});

describe("timeoutMs", () => {
  const forever = async (_: object, { signal }: NodeContext): Promise<string> =>
    await new Promise((resolve) => {
      signal.addEventListener("abort", () => resolve("stopped"), { once: true });
    });

  test("fails a node that takes too long, and aborts its signal", async () => {
    const seen: unknown[] = [];
    const slow = node(
      async (_: object, context: NodeContext) => {
        const end = await forever(_, context);
        seen.push(end);
        return end;
      },
      { timeoutMs: 50 },
    );
    const run = graph({ slow }).plan("slow").run();
    const ended = expect(run).rejects.toMatchObject({
      message: 'node "slow" failed: node "slow" took longer than 50 ms',
      disposition: "retry",
      cause: expect.any(NodeTimeoutError),
    });

    await vi.runAllTimersAsync();
    await ended;

    expect(seen).toEqual(["stopped"]);
  });

  test("leaves no timer behind", async () => {
    const quick = node(async () => await Promise.resolve(1), { timeoutMs: 50 });
    const ready = node(() => 2, { timeoutMs: 50 });

    expect(await graph({ quick, ready }).plan("quick", "ready").run()).toEqual({
      quick: 1,
      ready: 2,
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("counts for each try", async () => {
    let tries = 0;
    const second = node(
      async (_: object, context: NodeContext) => {
        tries += 1;
        return tries === 1 ? await forever(_, context) : "there";
      },
      { timeoutMs: 50, retries: 1 },
    );
    const run = graph({ second }).plan("second").run();
    await vi.runAllTimersAsync();

    expect(await run).toEqual({ second: "there" });
  });
});
