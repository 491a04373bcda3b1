import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cachePlugin } from "../cache/cache-plugin.ts";
import { memoryCacheStore } from "../cache/memory-cache-store.ts";
import { NodeError, RunCancelledError } from "../errors.ts";
import { graph, graphFrom } from "../graph/graph.ts";
import { bind, group, value } from "../modifier/bind.ts";
import { fields } from "../modifier/fields.ts";
import { node } from "../modifier/node.ts";
import { settled } from "../modifier/settled.ts";
import { loggingPlugin } from "../plugins/logging-plugin.ts";
import { progressPlugin } from "../plugins/progress-plugin.ts";
import type { Fn } from "../typed/module-types.ts";
import type { NodeEnd } from "./plugin.ts";
import type { Settled } from "./settled.ts";

const broken = ({ cost }: { cost: number }): number => {
  throw new RangeError(`no price for ${cost}`);
};
const shop = {
  price: broken,
  tax: ({ price }: { price: number }) => price / 10,
  stock: ({ cost }: { cost: number }) => cost * 3,
  report: settled(({ tax, stock }: { tax: Settled<number>; stock: Settled<number> }) => [
    tax.ok ? tax.value : tax.error.node,
    stock.ok ? stock.value : stock.error.node,
  ]),
};
const goOn = { onError: "continue" } as const;

describe("onError: continue", () => {
  test("gives what there is, and the failure of what is not", async () => {
    const made = await graph(shop).plan("tax", "stock").run({ cost: 2 }, goOn);

    expect(made.stock).toEqual({ ok: true, value: 6 });
    expect(made.tax).toEqual({ ok: false, error: expect.any(NodeError) as NodeError });
    expect(made.tax.ok ? "" : made.tax.error.message).toBe('node "price" failed: no price for 2');
  });

  test("runs nodes of settled after a failure, with the node that failed", () => {
    expect(graph(shop).plan("report").runSync({ cost: 2 }, goOn)).toEqual({
      report: { ok: true, value: ["price", 6] },
    });
  });

  test("does not run what needs a failed node", () => {
    const ran: string[] = [];
    const module = {
      a: broken,
      b: ({ a }: { a: number }) => ran.push(`b ${a}`),
      c: ({ b }: { b: number }) => ran.push(`c ${b}`),
    };

    graph(module).plan("c").runSync({ cost: 1 }, goOn);

    expect(ran).toEqual([]);
  });

  test("is not what happens by default", async () => {
    const plan = graph(shop).plan("report");

    await expect(plan.run({ cost: 2 })).rejects.toThrow('node "price" failed');
    await expect(plan.run({ cost: 2 }, { onError: "fail" })).rejects.toThrow(NodeError);
    expect(plan.runSync({ cost: 2 }, { overrides: { price: 10 } })).toEqual({ report: [1, 6] });
  });

  test("leaves the signal of other nodes alone", async () => {
    const module = {
      bad: async () => await Promise.reject(new Error("bad")),
      slow: async ({ gate }: { gate: Promise<number> }, { signal }: { signal: AbortSignal }) =>
        [await gate, signal.aborted] as const,
    };
    const { promise: gate, resolve } = Promise.withResolvers<number>();
    const run = graph(module)
      .plan("bad", "slow")
      .run({ gate: gate.then((it) => it) }, goOn);
    resolve(1);

    expect((await run).slow).toEqual({ ok: true, value: [1, false] });
  });

  test("ends a cancelled run all the same", async () => {
    const controller = new AbortController();
    const module = {
      stop: async () => {
        controller.abort(new Error("enough"));
        return await Promise.reject(new Error("late"));
      },
    };
    const run = graph(module)
      .plan("stop")
      .run({}, { ...goOn, signal: controller.signal });

    await expect(run).rejects.toThrow(RunCancelledError);
  });

  test("ends a run that its last node cancels while it fails", () => {
    const controller = new AbortController();
    const last = (): number => {
      controller.abort(new Error("enough"));
      throw new Error("late");
    };
    const plan = graph({ last }).plan("last");

    expect(() => plan.runSync({}, { ...goOn, signal: controller.signal })).toThrow(
      RunCancelledError,
    );
  });

  test("counts a failed check as a failure, and a retry before it is one", async () => {
    let tries = 0;
    const module = {
      low: node(() => 1, { check: (it) => it > 1 || "too low" }),
      shaky: node(() => (++tries < 3 ? (JSON.parse("{") as number) : 7), { retries: 2 }),
    };

    const { low, shaky } = await graph(module).plan("low", "shaky").run({}, goOn);

    expect(low.ok ? undefined : low.error.cause).toMatchObject({ code: "dag/check-failed" });
    expect(shaky).toEqual({ ok: true, value: 7 });
  });

  test("goes through modifiers around and inside settled", async () => {
    const sum = ({ parts, by }: { parts: Settled<number[]>; by: Settled<number> }) => ({
      total: parts.ok && by.ok ? parts.value.length * by.value : -1,
      why: parts.ok ? "" : parts.error.node,
    });
    const outer = settled(sum);
    const { total, why } = fields(bind(outer, { parts: group(["price", "stock"]), by: value(2) }));
    const inner = bind(outer, { parts: group(["stock", "stock2"]), by: value(2) });
    const module = { ...shop, stock2: shop.stock, total, why, inner: node(inner, { tags: {} }) };

    expect(graph(module).plan("total", "why", "inner").runSync({ cost: 2 }, goOn)).toEqual({
      total: { ok: true, value: -1 },
      why: { ok: true, value: "price" },
      inner: { ok: true, value: { total: 4, why: "" } },
    });
  });

  test("tells plugins what was skipped, which never started", () => {
    const seen: string[] = [];
    const logged: string[] = [];
    let done = 0;
    const plugins = [
      {
        name: "watch",
        onNodeStart: ({ call }: { call: NodeEnd["call"] }) => seen.push(`${call.node.name} starts`),
        onNodeEnd: ({ call, state }: NodeEnd) => seen.push(`${call.node.name} ${state}`),
      },
      loggingPlugin({ debug: (event) => logged.push(event), error: (event) => logged.push(event) }),
      progressPlugin((progress) => void ({ done } = progress)),
    ];

    graph(shop)
      .plan("tax")
      .runSync({ cost: 2 }, { ...goOn, plugins });

    expect(seen).toEqual(["price starts", "price failed", "tax skipped"]);
    expect(logged).toEqual(["node.failed", "node.skipped"]);
    expect(done).toBe(2);
  });

  test("caches nothing that was made of a failure", async () => {
    const store = memoryCacheStore();
    const cache = cachePlugin({ store, codeVersionOf: () => "1", nowMs: () => 0 });
    const plan = graph(shop).plan("report");

    await plan.run({ cost: 2 }, { ...goOn, plugins: [cache] });

    expect(cache.explain("report")?.reason).toBe("unhashable-input");
    expect(
      await plan.run({ cost: 2 }, { ...goOn, plugins: [cache], overrides: { price: 10 } }),
    ).toEqual({ report: { ok: true, value: [1, 6] } });
  });

  test("agrees with a model on any graph, of any size and with failures anywhere", async () => {
    interface Row {
      readonly deps: readonly number[];
      readonly kind: "sync" | "later" | "throws" | "rejects" | "settled";
    }
    const rows = fc
      .array(
        fc.tuple(
          fc.array(fc.nat(), { maxLength: 3 }),
          fc.constantFrom<Row["kind"]>("sync", "sync", "later", "throws", "rejects", "settled"),
        ),
        { minLength: 1, maxLength: 20 },
      )
      .map((all) =>
        all.map(([deps, kind], i): Row => ({
          deps: i === 0 ? [] : [...new Set(deps.map((dep) => dep % i))],
          kind,
        })),
      );
    const sum = (i: number, parts: readonly number[]): number => parts.reduce((a, b) => a + b, i);
    const functionOf = ({ deps, kind }: Row, i: number): Fn => {
      const names = Object.fromEntries(deps.map((dep) => [`n${dep}`, `n${dep}`]));
      if (kind === "settled") {
        const count = ({ all }: { all: Settled<Record<string, number>> }) =>
          all.ok ? sum(i, Object.values(all.value)) : -1;
        return bind(settled(count) as Fn, { all: group(names) } as never);
      }
      const act = ({ all }: { all: Record<string, number> }): unknown => {
        if (kind === "throws") throw new Error(`n${i}`);
        if (kind === "rejects") return Promise.reject(new Error(`n${i}`));
        const made = sum(i, Object.values(all));
        return kind === "later" ? Promise.resolve(made) : made;
      };
      return bind(act, { all: group(names) } as never);
    };
    const model = (all: readonly Row[]): (number | undefined)[] => {
      const made: (number | undefined)[] = [];
      for (const [i, { deps, kind }] of all.entries()) {
        const parts = deps.map((dep) => made[dep]);
        const whole = parts.filter((part) => part !== undefined);
        const isWhole = whole.length === parts.length;
        const fails = kind === "throws" || kind === "rejects" || (!isWhole && kind !== "settled");
        made.push(fails ? undefined : isWhole ? sum(i, whole) : -1);
      }
      return made;
    };
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 4 }), async (all, concurrency) => {
        const module = Object.fromEntries(all.map((row, i) => [`n${i}`, functionOf(row, i)]));
        const names = all.map((_, i) => `n${i}`);

        const made = await graphFrom([module])
          .plan(names)
          .run({}, { ...goOn, concurrency });

        const values = names.map((name) => {
          const one = made[name] as Settled<number>;
          return one.ok ? one.value : undefined;
        });
        expect(values).toEqual(model(all));
      }),
    );
  });

  test("looks in large graphs at what a node takes alone", () => {
    const chain = Object.fromEntries(
      Array.from({ length: 1_200 }, (_, i): [string, Fn] => {
        if (i === 0) return ["n0", broken];
        const last = `n${i - 1}`;
        return [
          `n${i}`,
          i === 600 ? () => 600 : bind(({ x }: { x: number }) => x + 1, { x: last }),
        ];
      }),
    );

    const made = graphFrom([chain]).plan(["n599", "n1199"]).runSync({ cost: 1 }, goOn);

    expect(made["n599"]).toMatchObject({ ok: false, error: { node: "n0" } });
    expect(made["n1199"]).toEqual({ ok: true, value: 1199 });
  });
});
