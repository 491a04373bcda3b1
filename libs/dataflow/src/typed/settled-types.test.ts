import { describe, expectTypeOf, test } from "vitest";
import { graph } from "../graph/graph.ts";
import { bind } from "../modifier/bind.ts";
import { node } from "../modifier/node.ts";
import { settled } from "../modifier/settled.ts";
import type { Settled } from "../plan/settled.ts";

const module = {
  price: ({ cost }: { cost: number }) => cost * 2,
  label: async ({ price }: { price: number }) => await Promise.resolve(`${price}`),
  report: settled(
    ({
      price,
      rate = { ok: true, value: 1 },
    }: {
      price: Settled<number>;
      rate?: Settled<number>;
    }) => (price.ok && rate.ok ? price.value * rate.value : 0),
  ),
};
const plan = graph(module).plan("label", "report");

describe("types of runs that go on", () => {
  test("settle each result, and only then", () => {
    expectTypeOf(plan.run({ cost: 1 }, { onError: "continue" })).resolves.toEqualTypeOf<{
      readonly label: Settled<string>;
      readonly report: Settled<number>;
    }>();
    expectTypeOf(
      graph(module).plan("report").runSync({ cost: 1 }, { onError: "continue" }).report,
    ).toEqualTypeOf<Settled<number>>();
    expectTypeOf(plan.run({ cost: 1 })).resolves.toEqualTypeOf<{
      readonly label: string;
      readonly report: number;
    }>();
    expectTypeOf(plan.run({ cost: 1 }, { concurrency: 2 })).resolves.toEqualTypeOf<{
      readonly label: string;
      readonly report: number;
    }>();
  });

  test("combine with overrides", () => {
    expectTypeOf(
      plan.run({}, { onError: "continue", overrides: { price: 3 } }),
    ).resolves.toHaveProperty("label");
    // @ts-expect-error -- the override is no number
    void (() => plan.run({}, { onError: "continue", overrides: { price: "3" } }));
  });

  test("take from `settled` what the function takes, not settled", () => {
    expectTypeOf<Parameters<typeof module.report>[0]>().toEqualTypeOf<{
      price: number;
      rate?: number;
    }>();
    // @ts-expect-error -- a dependency that is not settled
    settled(({ price }: { price: number }) => price)({ price: 1 });
  });

  test("stay what they are inside other modifiers", () => {
    const tagged = node(
      settled(({ price }: { price: Settled<number> }) => price.ok),
      { tags: { team: "sales" } },
    );
    expectTypeOf<Parameters<typeof tagged>[0]>().toEqualTypeOf<{ price: number }>();
    const renamed = bind(
      settled(({ price }: { price: Settled<number> }) => price.ok),
      { price: "cost" },
    );
    expectTypeOf<Parameters<typeof renamed>[0]>().toEqualTypeOf<{ cost: number }>();
  });

  test("report an edge whose ends differ", () => {
    const wrong = {
      price: () => "3",
      report: settled(({ price }: { price: Settled<number> }) => price.ok),
    };
    // @ts-expect-error -- 'report' takes another type for 'price'
    void (() => graph(wrong).plan("report"));
  });
});
