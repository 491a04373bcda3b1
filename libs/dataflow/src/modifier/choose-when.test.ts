import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { graph, graphFrom } from "../graph/graph.ts";
import type { Deps, Output } from "../typed/module-types.ts";
import { bind, value } from "./bind.ts";
import { chooseWhen } from "./choose-when.ts";
import { subgraph } from "./subgraph.ts";

const net = ({ cost }: { cost: number }) => cost;
const taxed = ({ cost, rate }: { cost: number; rate: number }) => cost * rate;
const free = () => "free" as const;

const price = chooseWhen(
  [
    [{ region: "eu", tier: [1, 2] }, taxed],
    [({ gift }: { gift: boolean }) => gift, free],
  ],
  { otherwise: net },
);
const strict = chooseWhen([
  [{ region: "eu", vat: true }, taxed],
  [{ region: "us", vat: false }, net],
]);

describe("chooseWhen", () => {
  test("takes the first case whose keys or test fit, and else the other", async () => {
    const plan = graph({ price }).plan("price");
    const base = { cost: 2, rate: 3, gift: true };

    expect(await plan.run({ ...base, region: "eu", tier: 2 })).toEqual({ price: 6 });
    expect(await plan.run({ ...base, region: "us", tier: 1 })).toEqual({ price: "free" });
    expect(await plan.run({ ...base, region: "eu", tier: 9, gift: false })).toEqual({ price: 2 });
  });

  test("asks only for what the function needs that is taken", async () => {
    const built = graphFrom([{ price, strict }]);

    expect(await built.plan(["price"]).run({ gift: true, region: "us", tier: 1 })).toEqual({
      price: "free",
    });
    expect(
      built.plan(["strict"], { region: "us", vat: false }).inputs.map(({ name }) => name),
    ).toEqual(["cost"]);
    expect(built.plan(["strict"], { region: "us" }).inputs.map(({ name }) => name)).toEqual([
      "vat",
      "cost",
      "rate",
    ]);
  });

  test("tells of its keys, with the values that they may have", () => {
    const { inputs, nodes } = graph({ price, strict });
    const choices = Object.fromEntries(inputs.map(({ name, choice }) => [name, choice]));

    expect(choices).toMatchObject({
      region: { values: ["eu", "us"] },
      vat: { values: ["true", "false"], hasOtherwise: false },
      gift: { values: [], hasOtherwise: true },
    });
    expect(nodes.map(({ kind }) => kind)).toEqual(["choice", "choice"]);
  });

  test("says which cases there are when none fits", () => {
    const needs =
      '"region=eu&vat=true" (needs "cost", "rate"), "region=us&vat=false" (needs "cost")';

    expect(() =>
      graph({ strict }).plan("strict").runSync({ region: "us", vat: true, cost: 1, rate: 1 }),
    ).toThrow(`fits: there are ${needs}`);
    expect(() => strict({ region: "us", vat: true, cost: 1, rate: 1 })).toThrow(
      'fits: there are "region=eu&vat=true", "region=us&vat=false"',
    );
  });

  test("refuses a test whose keys cannot be read", () => {
    const bad = chooseWhen([[({ ...all }: { a: string }) => all.a === "x", net]]);

    expect(() => graphFrom([{ bad }])).toThrow('node "bad" chooses by a test that takes the rest');
  });

  test("goes into bind and subgraph", async () => {
    const bound = bind(price, { region: value("eu"), tier: "level" });
    const inner = subgraph({ strict }, { namespace: "in", inputs: { region: value("us") } });
    const built = graphFrom([{ bound, strict: inner.strict }]);

    expect(await built.plan(["bound"]).run({ level: 1, gift: false, cost: 1, rate: 2 })).toEqual({
      bound: 2,
    });
    expect(await built.plan(["strict"]).run({ vat: false, cost: 4 })).toEqual({ strict: 4 });
  });

  test("is typed by its cases", () => {
    expectTypeOf<Output<typeof price>>().toEqualTypeOf<number | "free">();
    expectTypeOf<Deps<typeof strict>>().toEqualTypeOf<{
      cost: number;
      rate: number;
      region: "eu" | "us";
      vat: boolean;
    }>();
    // @ts-expect-error no case has this value
    expect(() => strict({ region: "uk", vat: true, cost: 1, rate: 1 })).toThrow("no case");
  });

  test("is made early, by some keys or by all, with values that the compiler knows", () => {
    const built = graph({ strict });
    const early = built.plan(["strict"], { region: "eu", vat: true });

    expect(early.runSync({ cost: 1, rate: 2 })).toEqual(
      built.plan("strict").runSync({ region: "eu", vat: true, cost: 1, rate: 2 }),
    );
    // @ts-expect-error it was chosen when planning
    expect(() => early.runSync({ region: "eu", cost: 1, rate: 2 })).toThrow("was chosen");
    // @ts-expect-error no case has this value
    expect(() => built.plan(["strict"], { region: "uk" }).runSync()).toThrow("no case");
    // @ts-expect-error no case looks at this key
    expect(() => built.plan(["strict"], { regoin: "eu" })).toThrow('did you mean "region"');
  });

  test("gives in a graph what it gives when called", () => {
    const plan = graph({ price }).plan("price");
    fc.assert(
      fc.property(
        fc.record({
          region: fc.constantFrom("eu", "us"),
          tier: fc.integer({ min: 0, max: 3 }),
          gift: fc.boolean(),
          cost: fc.integer(),
          rate: fc.integer(),
        }),
        (deps) => {
          expect(plan.runSync(deps).price).toBe(price(deps));
        },
      ),
    );
  });
});
