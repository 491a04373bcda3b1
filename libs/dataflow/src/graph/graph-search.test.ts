import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bind, group } from "../modifier/bind.ts";
import { choose } from "../modifier/choose.ts";
import { node } from "../modifier/node.ts";
import { graph, graphFrom, type UntypedGraph } from "./graph.ts";

const shop = {
  price: node(({ cost }: { cost: number }) => cost * 2, {
    tags: { owner: "sales", in: ["a", "b"] },
  }),
  tax: ({ price, rate = 0.2 }: { price: number; rate?: number }) => price * rate,
  total: ({ price, tax }: { price: number; tax: number }) => price + tax,
  label: choose("style", { plain: ({ total }: { total: number }) => `${total}`, none: () => "" }),
};

describe("find", () => {
  const found = (query: Parameters<UntypedGraph["find"]>[0]) =>
    graphFrom([shop], { moduleNames: ["shop"] })
      .find(query)
      .map(({ name }) => name);

  test("matches tags by value, by an element of a list, or by being there", () => {
    expect(found({ tags: { owner: "sales" } })).toEqual(["price"]);
    expect(found({ tags: { in: "b", owner: true } })).toEqual(["price"]);
    expect(found({ tags: { in: "c" } })).toEqual([]);
    expect(found({ tags: { team: true } })).toEqual([]);
  });

  test("matches kinds and modules", () => {
    expect(found({ kind: "choice" })).toEqual(["label"]);
    expect(found({ module: "shop" })).toEqual(["price", "tax", "total", "label"]);
    expect(found({ module: "till" })).toEqual([]);
    expect(found({})).toEqual(["price", "tax", "total", "label"]);
  });
});

describe("upstream, downstream, between", () => {
  const typed = graph(shop);

  test("list names in the order of the dataflow, inputs among them", () => {
    expect(typed.upstream("tax")).toEqual(["cost", "rate", "price", "tax"]);
    expect(typed.downstream("rate")).toEqual(["rate", "tax", "total", "label"]);
    expect(typed.upstream("cost", "rate")).toEqual(["cost", "rate"]);
  });

  test("take what lies between two names, and nothing where there is no way", () => {
    expect(typed.between("price", "total")).toEqual(["price", "tax", "total"]);
    expect(typed.between("total", "price")).toEqual([]);
    expect(typed.between("tax", "tax")).toEqual(["tax"]);
  });

  test("follow every branch of an open choice", () => {
    expect(typed.upstream("label")).toContain("total");
    expect(typed.downstream("style")).toEqual(["style", "label"]);
  });

  test("refuse unknown names, all at once", () => {
    expect(() => typed.between("prise", "totl")).toThrow(/did you mean "price"[\s\S]*"total"/);
    expect(() => typed.upstream("nothing at all")).toThrow("dag/unknown-node");
  });

  test("agree with a walk over every path of any graph", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 12 }),
        (shape) => {
          const needs = shape.map((deps, i) => [...new Set(deps.map((d) => d % (i + 1)))]);
          const built = graphFrom([moduleOf(needs)]);
          for (const i of needs.keys()) {
            expect(new Set(built.upstream(`n${i}`))).toEqual(above(needs, i));
            expect(new Set(built.downstream(`n${i}`))).toEqual(
              new Set(
                [...needs.keys()].filter((j) => above(needs, j).has(`n${i}`)).map((j) => `n${j}`),
              ),
            );
            const order = built.upstream(`n${i}`);
            for (const [at, name] of order.entries())
              for (const need of needs[Number(name.slice(1))] ?? [])
                if (need !== Number(name.slice(1)))
                  expect(order.indexOf(`n${need}`)).toBeLessThan(at);
          }
        },
      ),
    );
  });

  test("take a chain of 100,000 nodes, which also builds, plans and runs", () => {
    const length = 100_000;
    const chain = graphFrom([moduleOf(Array.from({ length }, (_, i) => (i === 0 ? [] : [i - 1])))]);

    expect(chain.upstream(`n${length - 1}`)).toHaveLength(length);
    expect(chain.between("n10", "n99990")).toHaveLength(99_981);
    const plan = chain.plan([`n${length - 1}`]);
    expect(plan.validate({})).toEqual([]);
    expect(plan.runSync()).toEqual({ [`n${length - 1}`]: length });
  });
});

/** Node `i` is one more than the largest of what it needs; a need of itself is left out. */
function moduleOf(needs: readonly (readonly number[])[]): object {
  const onTop = ({ parts }: { parts: readonly number[] }) => Math.max(0, ...parts) + 1;
  return Object.fromEntries(
    needs.map((deps, i) => {
      const names = deps.filter((dep) => dep !== i).map((dep) => `n${dep}`);
      return [`n${i}`, bind(onTop, { parts: group(names) })];
    }),
  );
}

function above(needs: readonly (readonly number[])[], from: number): Set<string> {
  const own = (needs[from] ?? []).filter((need) => need !== from);
  return new Set([`n${from}`, ...own.flatMap((need) => [...above(needs, need)])]);
}
