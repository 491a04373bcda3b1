import { describe, expect, test } from "vitest";
import { NodeCheckError, NodeError } from "../errors.ts";
import { graph, graphFrom } from "../graph/graph.ts";
import { choose } from "../modifier/choose.ts";
import { node } from "../modifier/node.ts";
import type { ArtifactInput, NodeContext } from "../node-context.ts";
import type { CheckOutcome, NodeEnd, Plugin, RunStart } from "./plugin.ts";

const chain = {
  a: ({ n }: { n: number }) => n + 1,
  b: async ({ a }: { a: number }) => await Promise.resolve(a * 2),
  c: ({ b }: { b: number }) => b + 3,
};

/** A plugin that writes down what it sees. */
function recorder(): { readonly plugin: Plugin; readonly seen: string[] } {
  const seen: string[] = [];
  return {
    seen,
    plugin: {
      name: "recorder",
      onNodeStart: ({ call }) => seen.push(`start ${call.node.name}`),
      onNodeEnd: ({ call, state, value, error }) =>
        seen.push(
          `${state} ${call.node.name} ${error instanceof Error ? error.message : String(value)}`,
        ),
    },
  };
}

describe("plugins", () => {
  test("hear of each node as it starts and ends", async () => {
    const { plugin, seen } = recorder();

    await graph(chain)
      .plan("c")
      .run({ n: 1 }, { plugins: [plugin] });

    expect(seen).toEqual([
      "start a",
      "succeeded a 2",
      "start b",
      "succeeded b 4",
      "start c",
      "succeeded c 7",
    ]);
  });

  test("hear of the run before its first node, once", async () => {
    const starts: RunStart[] = [];
    const plugin: Plugin = { name: "starts", onRunStart: (start) => starts.push(start) };

    await graph(chain)
      .plan("c")
      .run({ n: 1 }, { plugins: [plugin], overrides: { a: 9 } });

    expect(starts).toEqual([
      {
        nodes: [expect.objectContaining({ name: "b" }), expect.objectContaining({ name: "c" })],
        given: { a: 9 },
      },
    ]);
  });

  test("see what a node takes, its branch, and the run that it belongs to", async () => {
    const calls: unknown[] = [];
    const runs = new Set<RunStart>();
    const plugin: Plugin = {
      name: "calls",
      onNodeStart: ({ call }) => {
        calls.push([call.node.name, call.inputs, call.variant]);
        runs.add(call.run);
      },
    };
    const module = {
      x: choose("k", { u: ({ n }: { n: number }) => n }),
      y: ({ x }: { x: number }) => x,
    };

    await graph(module)
      .plan("y")
      .run({ k: "u", n: 5 }, { plugins: [plugin] });

    expect(calls).toEqual([
      ["x", { n: 5 }, "k=u"],
      ["y", { x: 5 }, ""],
    ]);
    expect(runs.size).toBe(1);
  });

  test("get times from the clock of the run, in microseconds", async () => {
    let nowUs = 100;
    const times: unknown[] = [];
    const plugin: Plugin = {
      name: "times",
      onNodeEnd: ({ call, startUs, durationUs }) =>
        times.push([call.node.name, startUs, durationUs]),
    };

    await graph(chain)
      .plan("a")
      .run({ n: 1 }, { plugins: [plugin], nowUs: () => (nowUs += 10) });

    expect(times).toEqual([["a", 10, 10]]);
  });

  test("wrap nodes like the skins of an onion, the first outermost", async () => {
    const order: string[] = [];
    const skin = (name: string): Plugin => ({
      name,
      around: async ({ node: { name: of } }, next) => {
        order.push(`${name} before ${of}`);
        const made = await next();
        order.push(`${name} after ${of}`);
        return made;
      },
    });

    await graph(chain)
      .plan("a")
      .run({ n: 1 }, { plugins: [skin("outer"), skin("inner")] });

    expect(order).toEqual(["outer before a", "inner before a", "inner after a", "outer after a"]);
  });

  test("may give another value, and leave the function out", async () => {
    const { plugin, seen } = recorder();
    const instead: Plugin = {
      name: "instead",
      around: ({ node: { name } }, next) => (name === "b" ? 50 : next()),
    };

    expect(
      await graph(chain)
        .plan("c")
        .run({ n: 1 }, { plugins: [plugin, instead] }),
    ).toEqual({
      c: 53,
    });
    expect(seen).toContain("cached b 50");
  });

  test("may mend a failure", async () => {
    const mend: Plugin = {
      name: "mend",
      around: async (_, next) => {
        try {
          return await next();
        } catch {
          return "mended";
        }
      },
    };
    const module = { broken: () => fail() };

    expect(
      await graphFrom([module])
        .plan(["broken"])
        .run({}, { plugins: [mend] }),
    ).toEqual({
      broken: "mended",
    });
  });

  test("hear of failures and cancellations", async () => {
    const { plugin, seen } = recorder();
    const stop = new AbortController();
    const module = {
      broken: () => fail(),
      stopped: async (_: object, { signal }: NodeContext) => {
        stop.abort();
        await Promise.resolve();
        signal.throwIfAborted();
      },
    };
    const built = graphFrom([module]);

    await expect(built.plan(["broken"]).run({}, { plugins: [plugin] })).rejects.toThrow(NodeError);
    await expect(
      built.plan(["stopped"]).run({}, { plugins: [plugin], signal: stop.signal }),
    ).rejects.toMatchObject({ code: "dag/cancelled" });
    await Promise.resolve();

    expect(seen).toEqual([
      "start broken",
      "failed broken broken",
      "start stopped",
      "cancelled stopped This operation was aborted",
    ]);
  });

  test("fail the run when they throw", async () => {
    const plugin: Plugin = { name: "bad", onNodeStart: () => fail() };

    await expect(
      graph(chain)
        .plan("a")
        .run({ n: 1 }, { plugins: [plugin] }),
    ).rejects.toThrow('plugin "bad" failed in onNodeStart of node "a": broken');
  });
});

describe("context", () => {
  test("does nothing unless told", async () => {
    const module = {
      busy: (_: object, { log, progress, artifact, attempt, signal }: NodeContext) => {
        log("working", { step: 1 });
        progress(1, 2, "half");
        artifact({ key: "k", kind: "file", mediaType: "text/plain", body: "x" });
        return [attempt, signal.aborted];
      },
    };

    expect(await graph(module).plan("busy").run()).toEqual({ busy: [1, false] });
  });

  test("is the one that is given, for all nodes or for each", async () => {
    const logs: string[] = [];
    const artifacts: ArtifactInput[] = [];
    const module = {
      x: (_: object, { log }: NodeContext) => log("from x"),
      y: (_: object, { artifact, attempt }: NodeContext) =>
        artifact({ key: `y${attempt}`, kind: "link", mediaType: "text/uri-list", body: "a:b" }),
    };
    const plan = graph(module).plan("x", "y");

    await plan.run({}, { context: { artifact: (each) => artifacts.push(each), attempt: 2 } });
    await plan.run(
      {},
      { context: ({ name }) => ({ log: (text) => logs.push(`${name}: ${text}`) }) },
    );

    expect(artifacts.map(({ key }) => key)).toEqual(["y2"]);
    expect(logs).toEqual(["x: from x"]);
  });
});

describe("checks", () => {
  const positive = (n: number): true | string => n > 0 || `${n} is not positive`;

  test("fail the node with the reason", async () => {
    const module = { n: node(() => -1, { check: positive }) };

    await expect(graph(module).plan("n").run()).rejects.toMatchObject({
      code: "dag/node-failed",
      node: "n",
      cause: expect.any(NodeCheckError),
      message: 'node "n" failed: the value of node "n" fails its checks: check: -1 is not positive',
    });
  });

  test("let a fine value through, also one that comes later", async () => {
    const module = { n: node(async () => await Promise.resolve(1), { check: positive }) };

    expect(await graph(module).plan("n").run()).toEqual({ n: 1 });
  });

  test("count a throw as the reason, and keep it", async () => {
    const module = { n: node(() => 1, { check: () => fail() }) };

    await expect(graph(module).plan("n").run()).rejects.toMatchObject({
      cause: { failures: [{ check: "check", reason: "broken" }], cause: { message: "broken" } },
    });
  });

  test("only warn where told: to plugins and the log", async () => {
    const outcomes: CheckOutcome[] = [];
    const logs: string[] = [];
    const module = {
      n: node(() => -1, { check: { name: "sign", test: positive, onFail: "warn" } }),
    };

    const made = await graph(module)
      .plan("n")
      .run(
        {},
        {
          plugins: [{ name: "checks", onCheck: (outcome) => outcomes.push(outcome) }],
          context: { log: (message) => logs.push(message) },
        },
      );

    expect(made).toEqual({ n: -1 });
    expect(logs).toEqual(["sign warns: -1 is not positive"]);
    expect(outcomes).toMatchObject([
      {
        name: "sign",
        ok: false,
        level: "warn",
        message: "-1 is not positive",
        node: { name: "n" },
      },
    ]);
  });

  test("are all run, also after one has failed", async () => {
    const outcomes: string[] = [];
    const plugin: Plugin = {
      name: "checks",
      onCheck: ({ name, ok }) => outcomes.push(`${name} ${ok}`),
    };
    const small = { name: "small", test: (n: number) => n < 10 || "too large" };
    const module = {
      n: node(() => 11, { check: [positive, small, { name: "sign", test: positive }] }),
    };

    await expect(
      graph(module)
        .plan("n")
        .run({}, { plugins: [plugin] }),
    ).rejects.toThrow("too large");

    expect(outcomes).toEqual(["check true", "small false", "sign true"]);
  });

  test("run on a value that a plugin gives instead, and its failure is told", async () => {
    const ends: NodeEnd[] = [];
    const instead: Plugin = {
      name: "instead",
      around: () => -5,
      onNodeEnd: (end) => ends.push(end),
    };
    const module = { n: node(() => 1, { check: positive }) };

    await expect(
      graph(module)
        .plan("n")
        .run({}, { plugins: [instead] }),
    ).rejects.toThrow("-5 is not positive");

    expect(ends).toMatchObject([{ state: "failed" }]);
  });

  test("do not touch values that are overridden", async () => {
    const module = { n: node(() => 1, { check: positive }), m: ({ n }: { n: number }) => n };

    expect(
      await graph(module)
        .plan("m")
        .run({}, { overrides: { n: -1 } }),
    ).toEqual({ m: -1 });
  });
});

function fail(): never {
  throw new Error("broken");
}
