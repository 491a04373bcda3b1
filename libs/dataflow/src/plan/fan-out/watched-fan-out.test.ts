import { describe, expect, test } from "vitest";
import { cachePlugin } from "../../cache/cache-plugin.ts";
import { memoryCacheStore } from "../../cache/memory-cache-store.ts";
import { graph } from "../../graph/graph.ts";
import { collect } from "../../modifier/collect.ts";
import { each } from "../../modifier/each.ts";
import { node } from "../../modifier/node.ts";
import type { NodeContext } from "../../node-context.ts";
import type { CheckOutcome, NodeEnd, Plugin } from "../plugin.ts";

/** Keeps the ends of nodes: the name, the items, how, and what it made. */
function ends(): { readonly plugin: Plugin; readonly told: NodeEnd[] } {
  const told: NodeEnd[] = [];
  return { plugin: { name: "test.ends", onNodeEnd: (end) => told.push(end) }, told };
}

const tables = {
  row: each(({ table }: { table: readonly (readonly number[])[] }) => table),
  cell: each(({ row }: { row: readonly number[] }) => row),
  twice: ({ cell }: { cell: number }) => 2 * cell,
  sum: collect(({ twice }: { twice: readonly number[] }) => twice.reduce((a, b) => a + b, 0)),
  sums: collect(({ sum }: { sum: readonly number[] }) => sum),
};

describe("plugins", () => {
  test("see each execution, and for which items it is", () => {
    const { plugin, told } = ends();

    graph(tables)
      .plan("sums")
      .runSync({ table: [[1], [2, 3]] }, { plugins: [plugin] });

    expect(told.map(({ call, value }) => [call.node.name, call.items, value])).toEqual([
      ["row", undefined, [[1], [2, 3]]],
      ["cell", [0], [1]],
      ["twice", [0, 0], 2],
      ["sum", [0], 2],
      ["cell", [1], [2, 3]],
      ["twice", [1, 0], 4],
      ["twice", [1, 1], 6],
      ["sum", [1], 10],
      ["sums", undefined, [2, 10]],
    ]);
  });

  test("see times since the start of the run, and one run", () => {
    const { plugin, told } = ends();
    let us = 0;

    graph(tables)
      .plan("sums")
      .runSync({ table: [[1, 2], [3]] }, { plugins: [plugin], nowUs: () => us++ });

    const starts = told.map(({ startUs }) => startUs);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(new Set(starts).size).toBe(told.length);
    expect(new Set(told.map(({ call }) => call.run)).size).toBe(1);
  });

  test("may put other values in the place of items' values, and change what is handed out", () => {
    const swap: Plugin = {
      name: "test.swap",
      around: ({ node: { name }, items }, next) => {
        if (name === "twice" && items?.at(-1) === 0) return 100;
        return name === "row" ? [[1, 1], [5]] : next();
      },
    };

    expect(
      graph(tables)
        .plan("sums")
        .runSync({ table: [] }, { plugins: [swap] }),
    ).toEqual({
      sums: [102, 100],
    });
  });

  test("hear of nodes that items skip in a run that goes on", async () => {
    const { plugin, told } = ends();
    const module = {
      item: each(() => [1, 2], { onError: "skip" }),
      odd: ({ item }: { item: number }) => {
        if (item === 2) throw new Error("even");
        return item;
      },
      next: ({ odd }: { odd: number }) => odd,
      all: collect(({ next }: { next: readonly number[] }) => next),
    };

    await graph(module)
      .plan("all")
      .run({}, { plugins: [plugin], onError: "continue" });

    expect(told.map(({ call, state }) => [call.node.name, call.items?.[0], state])).toEqual([
      ["item", undefined, "succeeded"],
      ["odd", 0, "succeeded"],
      ["next", 0, "succeeded"],
      ["odd", 1, "failed"],
      ["next", 1, "skipped"],
      ["all", undefined, "succeeded"],
    ]);
  });
});

describe("contexts", () => {
  test("are those of the node, with facts of each execution alone", () => {
    const { plugin, told } = ends();
    const lines: string[] = [];
    const module = {
      item: each(() => ["a", "bc"]),
      size: ({ item }: { item: string }, { log, record }: NodeContext) => {
        log(item);
        record({ size: item.length });
        return item.length;
      },
      all: collect(({ size }: { size: readonly number[] }) => size),
    };

    graph(module)
      .plan("all")
      .runSync(
        {},
        {
          plugins: [plugin],
          context: ({ name }) => ({ log: (line) => lines.push(`${name}: ${line}`) }),
        },
      );

    expect(lines).toEqual(["size: a", "size: bc"]);
    expect(told.map(({ facts }) => facts)).toEqual([
      undefined,
      { size: 1 },
      { size: 2 },
      undefined,
    ]);
  });
});

describe("checks", () => {
  test("look at items one by one, at lists as a whole", () => {
    const outcomes: [string, boolean][] = [];
    const watch: Plugin = {
      name: "test.checks",
      onCheck: ({ node: { name }, ok }: CheckOutcome) => outcomes.push([name, ok]),
    };
    const isSmall = (n: number): true | string => n < 2 || `${n} is large`;
    const module = {
      item: node(
        each(() => [1, 2]),
        { check: { test: isSmall, onFail: "warn" } },
      ),
      all: node(
        collect(({ item }: { item: readonly number[] }) => item),
        { check: (list) => list.length === 2 || "too few" },
      ),
    };

    graph(module)
      .plan("all")
      .runSync({}, { plugins: [watch] });

    expect(outcomes).toEqual([
      ["item", true],
      ["item", false],
      ["all", true],
    ]);
  });
});

describe("a cache", () => {
  test("knows items by what they are", () => {
    const ran: number[] = [];
    const module = {
      ...tables,
      twice: ({ cell }: { cell: number }) => {
        ran.push(cell);
        return 2 * cell;
      },
    };
    const cache = cachePlugin({
      store: memoryCacheStore(),
      codeVersionOf: () => "v1",
      nowMs: () => 0,
    });
    const plan = graph(module).plan("sums");

    expect(plan.runSync({ table: [[1, 2], [1]] }, { plugins: [cache] })).toEqual({ sums: [6, 2] });
    expect(ran).toEqual([1, 2]);
    expect(plan.runSync({ table: [[2, 3], [1]] }, { plugins: [cache] })).toEqual({ sums: [10, 2] });
    expect(ran).toEqual([1, 2, 3]);
  });

  test("keeps no iterator, whose items can be had once", () => {
    const module = {
      item: each(function* ({ end }: { end: number }) {
        for (let i = 0; i < end; i++) yield i;
      }),
      all: collect(({ item }: { item: readonly number[] }) => item),
    };
    const cache = cachePlugin({
      store: memoryCacheStore(),
      codeVersionOf: () => "v1",
      nowMs: () => 0,
    });
    const plan = graph(module).plan("all");

    for (let time = 0; time < 2; time++)
      expect(plan.runSync({ end: 2 }, { plugins: [cache] })).toEqual({ all: [0, 1] });
    expect(cache.explain("item")?.isHit).toBe(false);
  });
});
