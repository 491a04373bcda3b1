import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { graph, graphFrom } from "../graph/graph.ts";
import type { Deps, Output } from "../typed/module-types.ts";
import { bind } from "./bind.ts";
import { node } from "./node.ts";
import { pipe, step } from "./pipe.ts";

const net = ({ cost, rate }: { cost: number; rate: number }) => cost * rate;
const parse = ({ text }: { text: string }) => Number(text);
const round = ({ value, digits = 0 }: { value: number; digits?: number }) =>
  Number(value.toFixed(digits));
const show = ({ value, unit }: { value: number; unit: string }) => `${value} ${unit}`;

const price = pipe(net)
  .before("cost", step(parse, { takes: "text", name: "parsed" }))
  .after(step(round, { takes: "value", name: "rounded", when: { exact: false } }))
  .after(step(show, { takes: "value", bindings: { unit: "currency" } }));

describe("pipe", () => {
  test("makes its steps and the raw value nodes", () => {
    const nodes = graph({ price }).nodes.map(({ name, dependencies }) => [
      name,
      dependencies.map((each) => each.name),
    ]);

    expect(Object.fromEntries(nodes)).toEqual({
      price: ["price.after2"],
      "price.parsed": ["cost"],
      "price.raw": ["price.parsed", "rate"],
      "price.rounded": ["exact", "price.raw", "digits"],
      "price.after2": ["price.rounded", "currency"],
    });
  });

  test("runs the steps in order, each where its condition says so", async () => {
    const plan = graph({ price }).plan("price");
    const inputs = { cost: "1.26", rate: 2, currency: "EUR" };

    expect(await plan.run({ ...inputs, exact: false })).toEqual({ price: "3 EUR" });
    expect(await plan.run({ ...inputs, exact: true })).toEqual({ price: "2.52 EUR" });
    expect(plan.runSync(inputs)).toEqual({ price: "2.52 EUR" });
  });

  test("gives any step to who asks", async () => {
    const plan = graphFrom([{ price }]).plan(["price.parsed", "price.rounded"], { exact: false });

    expect(await plan.run({ cost: "1.26", rate: 2, digits: 1 })).toEqual({
      "price.parsed": 1.26,
      "price.rounded": 2.5,
    });
  });

  test("keeps the options that are around it", async () => {
    const tagged = node(price, {
      tags: { team: "sales" },
      save: ({ value }: { value: string }) => value,
    });
    const built = graph({ price: tagged });

    expect(built.nodes.find(({ name }) => name === "price")?.options.tags).toEqual({
      team: "sales",
    });
    expect(
      await built.plan(["price"], {}, { save: true }).run({ cost: "1", rate: 2, currency: "x" }),
    ).toEqual({ price: "2 x", "price.save": "2 x" });
  });

  test("runs as one function when called, or inside bind", async () => {
    const bound = bind(price, { cost: "costText" });
    const inputs = { costText: "1.26", rate: 2, exact: false, currency: "EUR" };

    expect(await price({ cost: "1", rate: 2, currency: "EUR" })).toBe("2 EUR");
    expect(await graph({ bound }).plan("bound").run(inputs)).toEqual({ bound: "3 EUR" });
  });

  test("leaves what it wraps as it is", () => {
    const one = pipe(net);
    one.after(step(round, { takes: "value" }));

    expect(graphFrom([{ one }]).nodes.map(({ name }) => name)).toEqual(["one", "one.raw"]);
  });

  test("refuses two steps of one name", () => {
    const rounded = step(round, { takes: "value", name: "rounded" });

    expect(() => graphFrom([{ a: pipe(net).after(rounded).after(rounded) }])).toThrow(
      '"a.rounded" is made by two steps',
    );
  });

  test("is typed from the first step to the last", () => {
    expectTypeOf<Output<typeof price>>().toEqualTypeOf<string>();
    expectTypeOf<Deps<typeof price>["cost"]>().toEqualTypeOf<string>();
    expectTypeOf<Deps<typeof price>["currency"]>().toEqualTypeOf<string>();
    // @ts-expect-error the step takes a text, and the function gives a number
    pipe(net).after(step(parse, { takes: "text" }));
    // @ts-expect-error the step gives a text, and the function takes a number
    pipe(net).before("cost", step(show, { takes: "value" }));
  });

  test("gives what calling the steps by hand does", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 6 }), (amounts) => {
        let chain = pipe(({ x }: { x: number }) => x);
        for (const amount of amounts)
          chain = chain.after(step(({ y }: { y: number }) => y * 2 + amount, { takes: "y" }));

        expect(graph({ chain }).plan("chain").runSync({ x: 1 }).chain).toBe(
          amounts.reduce((value, amount) => value * 2 + amount, 1),
        );
      }),
    );
  });
});
