import { describe, expect, test } from "vitest";
import { GraphError, NodeError } from "../../errors.ts";
import { graph, graphFrom } from "../../graph/graph.ts";
import { bind } from "../../modifier/bind.ts";
import { choose } from "../../modifier/choose.ts";
import { collect } from "../../modifier/collect.ts";
import { each } from "../../modifier/each.ts";
import { fields } from "../../modifier/fields.ts";
import { node } from "../../modifier/node.ts";
import { pipe, step } from "../../modifier/pipe.ts";
import { settled } from "../../modifier/settled.ts";
import { subgraph } from "../../modifier/subgraph.ts";
import type { NodeContext } from "../../node-context.ts";
import type { Settled } from "../settled.ts";

const numbers = {
  number: each(({ limit }: { limit: number }) => Array.from({ length: limit }, (_, i) => i)),
  square: ({ number }: { number: number }) => number ** 2,
  scaled: ({ square, factor = 1 }: { square: number; factor?: number }) => square * factor,
  total: collect(({ scaled }: { scaled: readonly number[] }) => scaled.reduce((a, b) => a + b, 0)),
  mean: collect(({ scaled, number }: { scaled: readonly number[]; number: readonly number[] }) =>
    number.length === 0 ? 0 : scaled.reduce((a, b) => a + b, 0) / number.length,
  ),
};

const problemsOf = (act: () => unknown): readonly { code: string; message: string }[] => {
  try {
    act();
  } catch (error) {
    if (error instanceof GraphError) return error.problems;
    throw error;
  }
  return [];
};

describe("a fan-out", () => {
  test("runs what is inside for each item, and gathers it as often as it is asked for", async () => {
    const plan = graph(numbers).plan("total", "mean");

    expect(plan.runSync({ limit: 4, factor: 10 })).toEqual({ total: 140, mean: 35 });
    expect(await plan.run({ limit: 3 })).toEqual({ total: 5, mean: 5 / 3 });
    expect(plan.runSync({ limit: 0 })).toEqual({ total: 0, mean: 0 });
  });

  test("gives what is asked for inside as lists, also the items themselves", () => {
    const plan = graph(numbers).plan("number", "scaled", "total");

    expect(plan.runSync({ limit: 3, factor: 2 })).toEqual({
      number: [0, 1, 2],
      scaled: [0, 2, 8],
      total: 10,
    });
  });

  test("tells what its nodes are, and for whose items they run", () => {
    const { nodes } = graph(numbers).plan("mean");

    expect(nodes.map(({ name, kind, scope }) => [name, kind, scope])).toEqual([
      ["number", "each", undefined],
      ["square", "function", ["number"]],
      ["scaled", "function", ["number"]],
      ["mean", "collect", undefined],
    ]);
    expect(
      graph(numbers)
        .find({ kind: "collect" })
        .map(({ name }) => name),
    ).toEqual(["total", "mean"]);
  });

  test("nests, and a collect closes the innermost", () => {
    const nested = {
      row: each(({ table }: { table: readonly (readonly number[])[] }) => table),
      cell: each(({ row }: { row: readonly number[] }) => row),
      doubled: ({ cell, row }: { cell: number; row: readonly number[] }) => cell * row.length,
      rowSum: collect(({ doubled }: { doubled: readonly number[] }) =>
        doubled.reduce((a, b) => a + b, 0),
      ),
      labelled: ({ rowSum, unit }: { rowSum: number; unit: string }) => `${rowSum} ${unit}`,
      report: collect(({ labelled, unit }: { labelled: readonly string[]; unit: string }) =>
        [unit, ...labelled].join(", "),
      ),
    };
    const plan = graph(nested).plan("report", "doubled", "rowSum", "cell");

    expect(plan.runSync({ table: [[1, 2], [], [3]], unit: "m" })).toEqual({
      report: "m, 6 m, 0 m, 3 m",
      doubled: [[2, 4], [], [3]],
      rowSum: [6, 0, 3],
      cell: [[1, 2], [], [3]],
    });
    expect(plan.nodes.find(({ name }) => name === "doubled")?.scope).toEqual(["row", "cell"]);
  });

  test("follows another, and lies inside modifiers", async () => {
    const inside = {
      word: each(({ text }: { text: string }) => text.split(" ")),
      size: ({ word }: { word: string }) => word.length,
      sizes: collect(({ size }: { size: readonly number[] }) => size),
    };
    const { sizes } = subgraph([inside], { namespace: "words", inputs: { text: "line" } });
    const module = {
      sizes,
      weight: each(({ sizes }: { sizes: readonly number[] }) => sizes),
      price: pipe(({ weight }: { weight: number }) => weight * 2).after(
        step(({ value }: { value: number }) => value + 0.5, { takes: "value", name: "rounded" }),
      ),
      discounted: choose("sale", {
        true: ({ price }: { price: number }) => price / 2,
        false: ({ price }: { price: number }) => price,
      }),
      total: collect(
        bind(({ all }: { all: readonly number[] }) => all.reduce((a, b) => a + b, 0), {
          all: "discounted",
        }),
      ),
    };
    const plan = graphFrom([module]).plan(["total", "price.raw"]);

    expect(await plan.run({ line: "a bcd", sale: false })).toEqual({
      total: 9,
      "price.raw": [2, 6],
    });
    expect(plan.runSync({ line: "a bcd", sale: true })).toEqual({
      total: 4.5,
      "price.raw": [2, 6],
    });
  });

  test("hands out fields of items, and items that a branch picks", () => {
    const { id, size } = fields(
      each(({ boxes }: { boxes: readonly { id: string; size: number }[] }) => boxes),
    );
    const module = {
      id,
      size,
      shown: ({ id, size }: { id: string; size: number }) => `${id}${size}`,
      all: collect(({ shown }: { shown: readonly string[] }) => shown.join()),
      pick: choose("from", {
        list: each(({ list }: { list: readonly number[] }) => list),
        range: each(({ end }: { end: number }) => Array.from({ length: end }, (_, i) => i)),
      }),
      sum: collect(({ pick }: { pick: readonly number[] }) => pick.reduce((a, b) => a + b, 0)),
    };

    expect(
      graph(module)
        .plan("all")
        .runSync({
          boxes: [
            { id: "a", size: 1 },
            { id: "b", size: 2 },
          ],
        }),
    ).toEqual({ all: "a1,b2" });
    expect(graph(module).plan(["sum"], { from: "range" }).runSync({ end: 4 })).toEqual({ sum: 6 });
    expect(
      graphFrom([module])
        .plan(["sum"])
        .runSync({ from: "list", list: [5, 6] }),
    ).toEqual({
      sum: 11,
    });
    const renamed = { each: bind(id, { boxes: "rows" }) };
    expect(
      graphFrom([renamed])
        .plan(["each"])
        .runSync({ rows: [{ id: "x", size: 1 }] }),
    ).toEqual({
      each: ["x"],
    });
  });

  test("takes overrides: of what hands out items, all of them; of what is inside, one for all", () => {
    const plan = graph(numbers).plan("total", "mean");

    expect(plan.runSync({ factor: 2 }, { overrides: { number: [3, 1] } })).toEqual({
      total: 20,
      mean: 10,
    });
    expect(plan.runSync({ limit: 3 }, { overrides: { square: 7 } })).toEqual({
      total: 21,
      mean: 7,
    });
  });

  test("saves for each item where a saver is asked for", () => {
    const saved: string[] = [];
    const module = {
      ...numbers,
      square: node(numbers.square, {
        save: ({ value, number }: { value: number; number: number }) =>
          saved.push(`${number}:${value}`),
      }),
    };
    const plan = graphFrom([module]).plan(["square"], {}, { save: true });

    expect(plan.runSync({ limit: 3 })).toEqual({ square: [0, 1, 4], "square.save": [1, 2, 3] });
    expect(saved).toEqual(["0:0", "1:1", "2:4"]);
  });

  test("checks items one by one", () => {
    const module = {
      ...numbers,
      number: node(numbers.number, { check: (number) => number < 2 || `${number} is too big` }),
    };

    expect(graph(module).plan("total").runSync({ limit: 2 })).toEqual({ total: 1 });
    expect(() => graph(module).plan("total").runSync({ limit: 4 })).toThrow(
      'node "number" failed at item 2: the value of node "number" fails its checks: check: 2 is too big',
    );
  });
});

describe("a fan-out is refused", () => {
  test("where items do not belong together", () => {
    const crossed = {
      a: each(({ x }: { x: number[] }) => x),
      b: each(({ x }: { x: number[] }) => x),
      pair: ({ a, b }: { a: number; b: number }) => a + b,
      all: collect(({ a, b }: { a: readonly number[]; b: readonly number[] }) => [a, b]),
    };

    expect(problemsOf(() => graph(crossed))).toEqual([
      {
        code: "dag/crossed-fan-outs",
        message: 'node "pair" takes items of "a" and items of "b", which do not belong together',
        node: "pair",
        fix: 'collect one of them first, or let "b" take "a" so that its items lie inside',
      },
      expect.objectContaining({ code: "dag/crossed-fan-outs", node: "all" }),
    ]);
  });

  test("where there is nothing to collect", () => {
    expect(
      problemsOf(() => graph({ all: collect(({ x }: { x: readonly number[] }) => x) })),
    ).toMatchObject([{ code: "dag/nothing-to-collect", node: "all" }]);
    const chosen = {
      all: collect(({ x }: { x: number }) => x),
      x: choose("kind", { one: () => 1, many: each(() => [1, 2]) }),
    };
    expect(problemsOf(() => graphFrom([chosen]))).toEqual([]);
    expect(
      problemsOf(() => graphFrom([chosen]).plan(["all"]).runSync({ kind: "one" })),
    ).toMatchObject([{ code: "dag/nothing-to-collect", node: "all" }]);
    expect(graphFrom([chosen]).plan(["all"]).runSync({ kind: "many" })).toEqual({ all: [1, 2] });
  });

  test("where items need what is made of all of them", () => {
    const module = {
      x: each(({ list }: { list: readonly number[] }) => list),
      mean: collect(({ x }: { x: readonly number[] }) => x.length),
      centred: ({ x, mean }: { x: number; mean: number }) => x - mean,
      all: collect(({ centred }: { centred: readonly number[] }) => centred),
    };

    expect(problemsOf(() => graph(module).plan("all"))).toEqual([
      {
        code: "dag/second-pass",
        message: 'items of "x" need "mean", which needs all of them first',
        node: "mean",
        path: ["mean"],
        fix: "collect what is needed of the items, and hand that out again with another each",
      },
    ]);
    const mended = {
      ...module,
      xs: collect(({ x }: { x: readonly number[] }) => x),
      again: each(({ xs }: { xs: readonly number[] }) => xs),
      centred: ({ again, mean }: { again: number; mean: number }) => again - mean,
    };
    expect(
      graphFrom([mended])
        .plan(["all"])
        .runSync({ list: [5, 6] }),
    ).toEqual({ all: [3, 4] });
  });

  test("where a function gives no items", async () => {
    const of = (value: unknown) =>
      graphFrom([{ item: each(() => value as number[]) }]).plan(["item"]);

    expect(() => of(7).runSync()).toThrow(
      'node "item" failed: node "item" hands out items, but its function gave a number',
    );
    expect(() => of("text").runSync()).toThrow("its function gave a string");
    await expect(of({}).run()).rejects.toThrow("an object without an iterator");
    await expect(of(null).run()).rejects.toThrow("its function gave null");
    expect(of(new Set([1, 2])).runSync()).toEqual({ item: [1, 2] });
  });
});

describe("failures of items", () => {
  const risky = (onError: "fail" | "skip") => ({
    number: each(({ limit }: { limit: number }) => Array.from({ length: limit }, (_, i) => i), {
      onError,
    }),
    odd: ({ number }: { number: number }) => {
      if (number % 2 === 0) throw new Error(`${number} is even`);
      return number;
    },
    twice: ({ odd }: { odd: number }) => odd * 2,
    all: collect(({ twice, number }: { twice: readonly number[]; number: readonly number[] }) => [
      twice,
      number,
    ]),
  });

  test("name the node, the item and the cause", () => {
    const plan = graph(risky("fail")).plan("all");

    expect(() => plan.runSync({ limit: 3 })).toThrow('node "odd" failed at item 0: 0 is even');
    try {
      plan.runSync({ limit: 3 });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(NodeError);
      expect((error as NodeError).data()).toEqual({ node: "odd", items: [0] });
    }
  });

  test("leave an item out of all that is gathered, and tell the log", async () => {
    const lines: string[] = [];
    const context: Partial<NodeContext> = { log: (line) => lines.push(line) };
    const plan = graph(risky("skip")).plan("all", "odd");
    const expected = {
      all: [
        [2, 6],
        [1, 3],
      ],
      odd: [1, 3],
    };

    expect(plan.runSync({ limit: 4 }, { context })).toEqual(expected);
    expect(await plan.run({ limit: 4 }, { onError: "continue" })).toEqual({
      all: { ok: true, value: expected.all },
      odd: { ok: true, value: expected.odd },
    });
    expect(lines).toEqual([
      'item 0 is left out: node "odd" failed at item 0: 0 is even',
      'item 2 is left out: node "odd" failed at item 2: 2 is even',
    ]);
  });

  test("in a run that goes on stand for the lists that need them", async () => {
    const module = {
      ...risky("fail"),
      count: collect(({ number }: { number: readonly number[] }) => number.length),
      report: settled(({ all, count }: { all: Settled<unknown>; count: Settled<number> }) => [
        all.ok,
        count.ok && count.value,
      ]),
    };
    const made = await graphFrom([module])
      .plan(["report", "count", "twice"])
      .run({ limit: 3 }, { onError: "continue" });

    expect(made).toMatchObject({
      report: { ok: true, value: [false, 3] },
      count: { ok: true, value: 3 },
      twice: { ok: false, error: { node: "odd", items: [0] } },
    });
  });

  test("outside are no reason to leave items out", async () => {
    const module = {
      ...risky("skip"),
      shift: (): number => {
        throw new Error("no shift");
      },
      moved: ({ number, shift }: { number: number; shift: number }) => number + shift,
      count: collect(({ number }: { number: readonly number[] }) => number.length),
    };
    const made = await graphFrom([module])
      .plan(["moved", "count"])
      .run({ limit: 3 }, { onError: "continue" });

    expect(made).toMatchObject({
      moved: { ok: false, error: { node: "shift" } },
      count: { ok: true, value: 3 },
    });
  });

  test("of the iterator end the run, with or without skipping", async () => {
    const items = function* (): Generator<number> {
      yield 1;
      throw new Error("torn");
    };
    for (const onError of ["fail", "skip"] as const) {
      const plan = graph({ item: each(items, { onError }) }).plan("item");

      expect(() => plan.runSync()).toThrow('node "item" failed: torn');
      await expect(plan.run()).rejects.toThrow('node "item" failed: torn');
    }
  });
});
