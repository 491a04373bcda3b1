import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { graph, graphFrom } from "../graph/graph.ts";
import { node } from "../modifier/node.ts";
import type { Fn } from "../typed/module-types.ts";
import { KeyLocks } from "./key-locks.ts";

/** Counts how many of its nodes run at once, and the most so far. */
class Gauge {
  most = 0;
  #now = 0;
  readonly order: number[] = [];

  async run(i: number): Promise<number> {
    this.most = Math.max(this.most, ++this.#now);
    this.order.push(i);
    for (let turn = 0; turn < 3; turn++) await Promise.resolve();
    this.#now -= 1;
    return i;
  }
}

describe("KeyLocks", () => {
  test("hand a key on in the order in which it was asked for", () => {
    const locks = new KeyLocks();
    const resumed: string[] = [];
    const take = (key: string, who: string): boolean => locks.take(key, () => resumed.push(who));

    expect([take("a", "1"), take("a", "2"), take("b", "3"), take("a", "4")]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    locks.release("a");
    expect(resumed).toEqual(["2"]);
    locks.release("a");
    expect(resumed).toEqual(["2", "4"]);
    expect([locks.isFree("a"), locks.isFree("b"), locks.isFree("c")]).toEqual([false, false, true]);
    locks.release("a");
    locks.release("b");
    expect([locks.isFree("a"), locks.isFree("b"), resumed]).toEqual([true, true, ["2", "4"]]);
  });
});

describe("concurrencyKey", () => {
  test("keeps nodes of one key apart, others not", async () => {
    const keyed = new Gauge();
    const free = new Gauge();
    const module = {
      a: node(() => keyed.run(0), { concurrencyKey: "db" }),
      b: node(() => keyed.run(1), { concurrencyKey: "db" }),
      c: node(() => keyed.run(2), { concurrencyKey: "db" }),
      d: () => free.run(3),
      e: () => free.run(4),
    };

    await graph(module).plan("a", "b", "c", "d", "e").run();

    expect(keyed).toMatchObject({ most: 1, order: [0, 1, 2] });
    expect(free.most).toBe(2);
  });

  test("leaves the place of a node that waits to others", async () => {
    const seen: string[] = [];
    const later = async (name: string, turns: number): Promise<number> => {
      seen.push(name);
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      return turns;
    };
    const module = {
      a: node(() => later("a", 50), { concurrencyKey: "k" }),
      b: node(() => later("b", 1), { concurrencyKey: "k" }),
      c: () => later("c", 1),
    };

    await graph(module).plan("a", "b", "c").run({}, { concurrency: 2 });

    expect(seen).toEqual(["a", "c", "b"]);
  });

  test("is given back after a failure that the run goes on after", async () => {
    const module = {
      a: node(async () => await Promise.reject(new Error("a")), { concurrencyKey: "k" }),
      b: node(async () => await Promise.resolve(2), { concurrencyKey: "k" }),
    };

    const { b } = await graph(module).plan("a", "b").run({}, { onError: "continue" });

    expect(b).toEqual({ ok: true, value: 2 });
  });

  test("holds for any nodes, which all end", async () => {
    const rows = fc.array(fc.tuple(fc.nat({ max: 3 }), fc.boolean()), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 5 }), async (all, concurrency) => {
        const gauges = [new Gauge(), new Gauge(), new Gauge()];
        const module = Object.fromEntries(
          all.map(([key, isLater], i): [string, Fn] => {
            const gauge = gauges[key];
            const run = isLater ? () => (gauge ?? new Gauge()).run(i) : () => i;
            const options = gauge === undefined ? {} : { concurrencyKey: `k${key}` };
            return [`n${i}`, node(run, options)];
          }),
        );
        const names = all.map((_, i) => `n${i}`);

        const made = await graphFrom([module]).plan(names).run({}, { concurrency });

        expect(names.map((name) => made[name])).toEqual(names.map((_, i) => i));
        expect(gauges.every(({ most }) => most <= 1)).toBe(true);
      }),
    );
  });
});
