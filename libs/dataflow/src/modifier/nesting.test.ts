import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeGraph } from "../graph/describe-graph.ts";
import { graphFrom } from "../graph/graph.ts";
import { bind, value } from "./bind.ts";
import { chooseWhen } from "./choose-when.ts";
import { choose } from "./choose.ts";
import { fields } from "./fields.ts";
import { node } from "./node.ts";
import { pipe, step } from "./pipe.ts";
import { subgraph } from "./subgraph.ts";

type XNode = (deps: { x: number }) => number | Promise<number>;

/** What each modifier makes of a node that takes `x`, and what that does to its value for `x`. */
const wrappers: readonly {
  readonly wrap: (fn: XNode, level: number) => XNode;
  readonly model: (inner: (x: number) => number) => (x: number) => number;
}[] = [
  { wrap: (fn) => node(fn, { tags: { a: "b" } }), model: (inner) => inner },
  {
    wrap: (fn) => bind(choose("way", { on: fn, off: () => 0 }), { way: value("on") }),
    model: (inner) => inner,
  },
  {
    wrap: (fn) => {
      const isOff = ({ way }: { way: string }) => way === "off";
      const picked = chooseWhen([[isOff, () => 0]], { otherwise: fn });
      return bind(picked, { way: value("on") });
    },
    model: (inner) => inner,
  },
  {
    wrap: (fn, level) => subgraph({ out: fn }, { namespace: `n${level}`, inputs: { x: "x" } }).out,
    model: (inner) => inner,
  },
  {
    wrap: (fn) => pipe(fn).after(step(({ y }: { y: number }) => y * 3, { takes: "y" })) as XNode,
    model: (inner) => (x) => inner(x) * 3,
  },
  {
    wrap: (fn) =>
      pipe(fn).before(
        "x",
        step(({ y }: { y: number }) => y + 1, { takes: "y" }),
      ) as XNode,
    model: (inner) => (x) => inner(x + 1),
  },
  {
    wrap: (fn) => fields(async ({ x }: { x: number }) => ({ part: await fn({ x }) })).part,
    model: (inner) => inner,
  },
];

describe("modifiers in any order", () => {
  test("build the same graph every time, and give what calling by hand does", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(wrappers.length - 1), { maxLength: 5 }),
        fc.integer({ min: -1000, max: 1000 }),
        async (order, x) => {
          const plain: XNode = ({ x }) => x * 2;
          const wrapped = () =>
            order.reduce((fn, at, level) => wrappers[at]?.wrap(fn, level) ?? fn, plain);
          const model = order.reduce<(x: number) => number>(
            (inner, at) => wrappers[at]?.model(inner) ?? inner,
            (given) => given * 2,
          );
          const built = graphFrom([{ out: wrapped() }]);

          expect(describeGraph(graphFrom([{ out: wrapped() }]))).toEqual(describeGraph(built));
          expect(await built.plan(["out"]).run({ x })).toEqual({ out: model(x) });
          expect(await wrapped()({ x })).toBe(model(x));
          expect(plain({ x })).toBe(x * 2);
        },
      ),
    );
  });
});
