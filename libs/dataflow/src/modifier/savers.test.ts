import { describe, expect, expectTypeOf, test } from "vitest";
import { graph, graphFrom } from "../graph/graph.ts";
import { bind } from "./bind.ts";
import { choose } from "./choose.ts";
import { node } from "./node.ts";
import { pipe, step } from "./pipe.ts";
import { subgraph } from "./subgraph.ts";

const write = ({ value, path }: { value: number; path: string }) => `${value} to ${path}`;
const price = node(({ cost }: { cost: number }) => cost * 2, {
  save: bind(write, { path: "outPath" }),
});
const total = node(({ price }: { price: number }) => price + 1, {
  save: { csv: write, log: ({ value }: { value: number }) => [value] },
});
const shop = { price, total };

describe("savers", () => {
  test("are nodes named after the node that they save", () => {
    const nodes = graph(shop).nodes.map(({ name, dependencies }) => [
      name,
      dependencies.map((each) => each.name),
    ]);

    expect(Object.fromEntries(nodes)).toEqual({
      price: ["cost"],
      total: ["price"],
      "price.save": ["price", "outPath"],
      "total.csv": ["total", "path"],
      "total.log": ["total"],
    });
  });

  test("run in plans that ask for it, and what they give is in the results", async () => {
    const plan = graph(shop).plan(["total"], {}, { save: true });

    const saved = await plan.run({ cost: 2, path: "total.csv" });

    expect(saved).toEqual({ total: 5, "total.csv": "5 to total.csv", "total.log": [5] });
    expectTypeOf(saved).toEqualTypeOf<{
      readonly total: number;
      readonly "total.csv": string;
      readonly "total.log": number[];
    }>();
    expectTypeOf(plan.run).toBeCallableWith({ cost: 1, path: "x" });
  });

  test("are not run otherwise, and what they take is not asked for", async () => {
    const plan = graph(shop).plan("total", "price");

    expect(await plan.run({ cost: 2 })).toEqual({ total: 5, price: 4 });
    expect(plan.inputs.map(({ name }) => name)).toEqual(["cost"]);
    expect(graphFrom([shop]).plan(["total"], {}, { save: false }).names).toEqual(["total"]);
  });

  test("are asked for by name, too", async () => {
    expect(await graphFrom([shop]).plan(["price.save"]).run({ cost: 1, outPath: "p" })).toEqual({
      "price.save": "2 to p",
    });
  });

  test("save what overrides give", async () => {
    const plan = graph(shop).plan(["price"], {}, { save: true });

    expect(await plan.run({ cost: 0, outPath: "p" }, { overrides: { price: 9 } })).toEqual({
      price: 9,
      "price.save": "9 to p",
    });
  });

  test("save the branch that a choice takes", async () => {
    const rows = node(choose("mode", { all: ({ n }: { n: number }) => n, none: () => 0 }), {
      save: write,
    });
    const plan = graph({ rows }).plan(["rows"], { mode: "none" }, { save: true });

    expect(await plan.run({ path: "r" })).toEqual({ rows: 0, "rows.save": "0 to r" });
  });

  test("stay with the nodes of a subgraph", async () => {
    const { price: leftPrice } = subgraph(shop, {
      namespace: "left",
      inputs: { outPath: "leftPath" },
    });
    const plan = graphFrom([{ leftPrice }]).plan(["left.price"], {}, { save: true });

    expect(await plan.run({ cost: 1, leftPath: "l" })).toEqual({
      "left.price": 2,
      "left.price.save": "2 to l",
    });
  });

  test("take the place of those of an inner node, and leave the function alone", async () => {
    const again = node(price, { save: ({ value }: { value: number }) => -value });
    const plan = graph({ price: again }).plan(["price"], {}, { save: true });

    expect(await plan.run({ cost: 1 })).toEqual({ price: 2, "price.save": -2 });
    expect(price({ cost: 4 })).toBe(8);
  });

  test("are refused under the name of a step of a pipe", () => {
    const half = ({ value }: { value: number }) => value / 2;
    const piped = pipe(({ cost }: { cost: number }) => cost).after(
      step(half, { takes: "value", name: "save" }),
    );

    expect(() => graphFrom([{ price: node(piped, { save: half }) }])).toThrow(
      'node "price.save" is a saver of "price" and another part of it (dag/duplicate)',
    );
  });

  test("refuse, by their type, a value that they do not take", () => {
    const text = ({ value }: { value: string }) => value;
    const none = { a: ({ path }: { path: string }) => path };
    const cost = ({ cost }: { cost: number }) => cost;

    // @ts-expect-error the saver takes a string
    node(cost, { save: text });
    // @ts-expect-error the saver takes no value
    node(cost, { save: none });
  });
});
