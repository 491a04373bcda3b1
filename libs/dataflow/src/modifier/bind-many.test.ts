import { describe, expect, expectTypeOf, test } from "vitest";
import { graph, graphFrom } from "../graph/graph.ts";
import { group, value } from "./bind.ts";
import { bindMany } from "./bind-many.ts";

const scale = ({ x, by = 1 }: { x: number; by?: number }): number => x * by;

describe("bindMany", () => {
  test("makes a family of nodes of one function", async () => {
    const family = bindMany(scale, {
      twice: { by: value(2) },
      ofTotal: { x: "total", by: "rate" },
    });
    const plan = graph({ ...family, total: () => 100 }).plan("twice", "ofTotal");

    expect(await plan.run({ x: 4, rate: 3 })).toEqual({ twice: 8, ofTotal: 300 });
    expectTypeOf(family.ofTotal).parameter(0).toEqualTypeOf<{ total: number; rate?: number }>();
    expectTypeOf(family.twice).parameter(0).toEqualTypeOf<{ x: number }>();
  });

  test("describes each by its name", () => {
    const { low } = bindMany(
      scale,
      { low: { by: value(0) } },
      { description: (name) => `the ${name} end` },
    );

    expect(graph({ low }).nodes[0]?.options.description).toBe("the low end");
  });

  test("describes each by a text, with what its dependencies are bound to", () => {
    const family = bindMany(
      ({ rows, days, of }: { rows: readonly number[]; days: number; of: object }) =>
        rows.length + days + Object.keys(of).length,
      {
        week: { days: value(7), rows: "cleanRows", of: group({ a: "x", b: "y" }) },
        month: { days: value(28), of: value({ a: 1 }) },
      },
      { description: "{name}: {days} days of {rows} with {of}" },
    );

    expect(graph(family).nodes.map(({ options }) => options.description)).toEqual([
      "week: 7 days of cleanRows with x, y",
      'month: 28 days of rows with {"a":1}',
    ]);
  });

  test("takes groups, and gives functions that can be called", () => {
    const sum = ({ parts }: { parts: readonly number[] }) => parts.reduce((a, b) => a + b, 0);
    const { costs } = bindMany(sum, { costs: { parts: group(["rent", "food"]) } });

    expect(costs({ rent: 1, food: 2 })).toBe(3);
  });

  test("refuses the binding of what the function does not take, in each member", () => {
    const wrong: never = { y: "a" } as never; // the compiler would report it

    expect(() => graphFrom([bindMany(scale, { a: {}, b: wrong })])).toThrow('node "b" binds "y"');
  });
});
