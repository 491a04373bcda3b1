import { describe, expect, test } from "vitest";
import { NodeError, PluginError, RunCancelledError } from "../errors.ts";
import { graph } from "../graph/graph.ts";
import { collect } from "../modifier/collect.ts";
import { each } from "../modifier/each.ts";
import { node } from "../modifier/node.ts";
import type { OnError, Plugin, RunEnd } from "./plugin.ts";

const shop = {
  price: ({ cost }: { cost: number }) => cost * 2,
  tax: node(({ price }: { price: number }) => price / 10, { check: () => true }),
  later: async ({ tax }: { tax: number }) => await Promise.resolve(tax),
};

/** A plugin one of whose hooks throws when it hears of `tax`. */
function failing(hook: "onNodeStart" | "onNodeEnd" | "onCheck"): Plugin {
  const failAt = (name: string): void => {
    if (name === "tax") throw new RangeError("planted");
  };
  return {
    name: "planted",
    ...(hook === "onCheck"
      ? { onCheck: ({ node: { name } }) => failAt(name) }
      : { [hook]: ({ call }: { call: { node: { name: string } } }) => failAt(call.node.name) }),
  };
}

const hooks = ["onNodeStart", "onNodeEnd", "onCheck"] as const;
const cases = hooks.flatMap((hook) =>
  (["fail", "continue"] as const).map((onError): [(typeof hooks)[number], OnError] => [
    hook,
    onError,
  ]),
);

describe("a hook that throws", () => {
  test.each(cases)("fails the run: %s, onError: %s", async (hook, onError) => {
    const plan = graph(shop).plan("later");
    const plugins = [failing(hook)];

    const error: unknown = await plan
      .run({ cost: 1 }, { plugins, onError: onError as "continue" })
      .catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(PluginError);
    expect(error).toMatchObject({
      code: "dag/plugin-failed",
      message: `plugin "planted" failed in ${hook} of node "tax": planted`,
      cause: expect.any(RangeError) as RangeError,
    });
  });

  test.each(hooks)("fails a synchronous run that goes on after failures: %s", (hook) => {
    const plan = graph(shop).plan("tax");

    expect(() =>
      plan.runSync({ cost: 1 }, { plugins: [failing(hook)], onError: "continue" }),
    ).toThrow(PluginError);
  });

  test("fails the run also when it is told of a node that is left out", () => {
    const module = {
      price: (): number => {
        throw new Error("none");
      },
      tax: shop.tax,
    };

    expect(() =>
      graph(module)
        .plan("tax")
        .runSync({}, { plugins: [failing("onNodeEnd")], onError: "continue" }),
    ).toThrow('plugin "planted" failed in onNodeEnd of node "tax": planted');
  });

  test.each(cases)("is no reason to leave out an item: %s, onError: %s", async (hook, onError) => {
    const items = {
      price: each(({ costs }: { costs: readonly number[] }) => costs, { onError: "skip" }),
      tax: shop.tax,
      total: collect(({ tax }: { tax: readonly number[] }) => tax.length),
    };

    await expect(
      graph(items)
        .plan("total")
        .run({ costs: [1, 2] }, { plugins: [failing(hook)], onError: onError as "continue" }),
    ).rejects.toThrow(PluginError);
  });

  test("is no reason to leave out an item that it was told of itself", async () => {
    const items = {
      tax: node(
        each(() => [1, 2], { onError: "skip" }),
        { check: () => true },
      ),
      total: collect(({ tax }: { tax: readonly number[] }) => tax.length),
    };

    await expect(
      graph(items)
        .plan("total")
        .run({}, { plugins: [failing("onCheck")] }),
    ).rejects.toThrow('plugin "planted" failed in onCheck of node "tax"');
  });

  test("says what the runtime is to do, when what it threw says it", () => {
    const cancelled = new RunCancelledError(undefined, "enough");

    expect(new PluginError("p", "onCheck", "tax", cancelled).disposition).toBe("cancel");
    expect(new PluginError("p", "onCheck", "tax", new Error("x")).disposition).toBe("fail");
  });

  test("differs from `around`, which fails the node", () => {
    const around: Plugin = {
      name: "around",
      around: ({ node: { name } }, next) => {
        if (name === "tax") throw new Error("planted");
        return next();
      },
    };

    const { price, tax } = graph(shop)
      .plan("price", "tax")
      .runSync({ cost: 1 }, { plugins: [around], onError: "continue" });

    expect(price).toEqual({ ok: true, value: 2 });
    expect(tax.ok ? undefined : tax.error).toBeInstanceOf(NodeError);
  });
});

describe("onRunEnd", () => {
  const plan = graph(shop).plan("later");
  const watched = (): { ends: RunEnd[]; plugin: Plugin } => {
    const ends: RunEnd[] = [];
    return { ends, plugin: { name: "ends", onRunEnd: (end) => ends.push(end) } };
  };
  const clock = (): (() => number) => {
    let us = 0;
    return () => (us += 10);
  };

  test("hears of a run that succeeded, once, with how long it took", async () => {
    const { ends, plugin } = watched();

    await plan.run({ cost: 1 }, { plugins: [plugin], nowUs: clock() });

    expect(ends).toEqual([{ run: ends[0]?.run, durationUs: 10, state: "succeeded" }]);
    expect(ends[0]?.run.nodes.map(({ name }) => name)).toEqual(["price", "tax", "later"]);
  });

  test("hears of a synchronous failure, with the error", () => {
    const { ends, plugin } = watched();
    const bad = graph({ bad: () => JSON.parse("{") as object }).plan("bad");

    expect(() => bad.runSync({}, { plugins: [plugin] })).toThrow(NodeError);

    expect(ends).toMatchObject([{ state: "failed", error: { code: "dag/node-failed" } }]);
  });

  test("hears of a cancellation", async () => {
    const { ends, plugin } = watched();
    const controller = new AbortController();
    const waiting = graph({ waiting: async () => await new Promise<never>(() => undefined) });

    const run = waiting.plan("waiting").run({}, { plugins: [plugin], signal: controller.signal });
    controller.abort();

    await expect(run).rejects.toThrow(RunCancelledError);
    expect(ends).toMatchObject([{ state: "cancelled" }]);
  });

  test("counts a run that goes on after failures as one that succeeded", () => {
    const { ends, plugin } = watched();
    const bad = graph({ bad: () => JSON.parse("{") as object }).plan("bad");

    bad.runSync({}, { plugins: [plugin], onError: "continue" });

    expect(ends).toMatchObject([{ state: "succeeded" }]);
  });

  test("hears of a run that a plugin refused, which is rejected with what that threw", async () => {
    const { ends, plugin } = watched();
    const refusal = new RangeError("not today");
    const refusing: Plugin = {
      name: "refusing",
      onRunStart: () => {
        throw refusal;
      },
    };

    await expect(plan.run({ cost: 1 }, { plugins: [refusing, plugin] })).rejects.toBe(refusal);

    expect(ends).toMatchObject([{ state: "failed", error: refusal }]);
  });

  test("fails a run when it throws, and the others hear nevertheless", async () => {
    const { ends, plugin } = watched();
    const bad: Plugin = {
      name: "bad",
      onRunEnd: () => {
        throw new Error("planted");
      },
    };

    await expect(plan.run({ cost: 1 }, { plugins: [bad, plugin] })).rejects.toThrow(
      'plugin "bad" failed in onRunEnd: planted',
    );
    expect(ends).toHaveLength(1);
  });

  test("does not hide why a run failed", () => {
    const bad: Plugin = {
      name: "bad",
      onRunEnd: () => {
        throw new Error("planted");
      },
    };

    expect(() =>
      graph({ broken: () => JSON.parse("{") as object })
        .plan("broken")
        .runSync({}, { plugins: [bad] }),
    ).toThrow(NodeError);
  });
});
