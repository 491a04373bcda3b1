import { describe, expect, expectTypeOf, test } from "vitest";
import { GraphError } from "../errors.ts";
import { graph, graphFrom } from "../graph/graph.ts";
import { fields } from "./fields.ts";
import { override } from "./override.ts";

const shop = {
  price: ({ cost }: { cost: number }) => cost * 2,
  total: ({ price }: { price: number }) => price + 1,
};

describe("override", () => {
  test("puts nodes in the place of those of earlier modules", async () => {
    const cheap = { price: ({ discount }: { discount: number }) => 100 - discount };
    const replaced = graph(shop, override(cheap));

    expect(replaced.nodes.map(({ name, module }) => [name, module])).toEqual([
      ["price", 1],
      ["total", 0],
    ]);
    expect(await replaced.plan("total").run({ discount: 30 })).toEqual({ total: 71 });
    expect(await graph(shop).plan("total").run({ cost: 1 })).toEqual({ total: 3 });
  });

  test("leaves the module as it is", () => {
    const cheap = { price: () => 1 };
    override(cheap);

    expect(() => graphFrom([shop, cheap])).toThrow(GraphError);
    expect(Reflect.ownKeys(cheap)).toEqual(["price"]);
  });

  test("takes the type of the node that replaces", () => {
    const texts = graph({ price: () => 1 }, override({ price: () => "free" }));

    expectTypeOf(texts.plan("price").runSync().price).toEqualTypeOf<"free">();
  });

  test("may replace a part of what a function gives, and the other parts stay", async () => {
    const { low, high } = fields(({ x }: { x: number }) => ({ low: x - 1, high: x + 1 }));
    const plan = graph({ low, high }, override({ low: () => 0 })).plan("low", "high");

    expect(await plan.run({ x: 5 })).toEqual({ low: 0, high: 6 });
  });

  test("refuses a node that replaces nothing", () => {
    expect(() =>
      graphFrom([shop, override({ prise: () => 1 })], { moduleNames: ["shop", "test"] }),
    ).toThrow(
      'test overrides "prise", which no earlier module makes; did you mean "price"? (dag/replaces-nothing)',
    );
  });
});

test("without override, two nodes of one name are refused with both places", () => {
  const modules = [shop, { total: () => 1 }];

  expect(() => graphFrom(modules, { moduleNames: ["shop", "till"] })).toThrow(
    'node "total" is made by shop and by till (dag/duplicate)',
  );
  expect(() => graphFrom(modules)).toThrow("by module 1 and by module 2");
});
