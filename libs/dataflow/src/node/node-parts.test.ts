import { describe, expect, expectTypeOf, test } from "vitest";
import { bind, value } from "../modifier/bind.ts";
import { choose } from "../modifier/choose.ts";
import { node } from "../modifier/node.ts";
import { subgraph } from "../modifier/subgraph.ts";
import type { InnerConstant, InnerNode } from "../typed/inside-types.ts";
import type { SaverAt } from "../typed/saver-types.ts";
import { nodeParts } from "./node-parts.ts";

const twice = ({ n }: { n: number }) => 2 * n;
const shown = choose("as", { text: ({ n }: { n: number }) => `${n}`, number: twice });
const write = ({ value: saved, path }: { value: number; path: string }) => `${path}: ${saved}`;
const inner = { twice, shown };
const part = subgraph(inner, { namespace: "in", inputs: { n: value(3) }, config: { as: "text" } });
const saved = node(part.twice, { save: bind(write, { path: "outPath" }) });

describe("nodeParts", () => {
  test("tells which node of which subgraph a node leads to, also inside options", () => {
    const { leadsTo, subgraphs } = nodeParts(saved);

    expect(leadsTo).toMatchObject({ node: "twice", instance: { namespace: "in" } });
    expect(subgraphs).toEqual([leadsTo?.instance]);
    expect(subgraphs[0]?.modules).toEqual([inner]);
  });

  test("tells of subgraphs in branches, which are not all that a node is", () => {
    const { leadsTo, subgraphs } = nodeParts(choose("way", { a: part.twice, b: twice }));

    expect(leadsTo).toBeUndefined();
    expect(subgraphs.map(({ namespace }) => namespace)).toEqual(["in"]);
  });

  test("tells of subgraphs that run inside of a function, or of a saver", () => {
    const names = (fn: Parameters<typeof nodeParts>[0]): readonly string[] =>
      nodeParts(fn).hidden.map(({ namespace }) => namespace);
    const saver = subgraph(
      { out: ({ value: given }: { value: number }) => given },
      { namespace: "saver" },
    );

    expect(nodeParts(bind(part.twice, {})).subgraphs).toEqual([]);
    expect(names(bind(part.twice, {}))).toEqual(["in"]);
    expect(names(node(twice, { save: saver.out }))).toEqual(["saver"]);
    expect(names(saved)).toEqual([]);
  });

  test("has what a schema makes of a value for another value", () => {
    const schema = {
      "~standard": { version: 1, vendor: "test", validate: (given: unknown) => ({ value: given }) },
    } as const;

    expect(nodeParts(node(part.twice, { schema })).leadsTo).toBeUndefined();
  });

  test("tells of savers by name; those of an outer node are all there are", () => {
    const save = ({ value: given }: { value: number }) => given;

    expect(Object.keys(nodeParts(saved).savers)).toEqual(["save"]);
    expect(nodeParts(node(saved, { save: { log: save } })).savers).toEqual({ log: save });
    expect(nodeParts(twice).savers).toEqual({});
  });
});

test("types tell what is in a subgraph, what is bound, and what saves", () => {
  expectTypeOf<InnerNode<typeof saved, "twice">>().toEqualTypeOf<typeof twice>();
  expectTypeOf<InnerNode<typeof part.twice, "shown">>().returns.toEqualTypeOf<string>();
  expectTypeOf<InnerNode<typeof part.twice, "none">>().toBeNever();
  expectTypeOf<InnerNode<typeof twice, "twice">>().toBeNever();
  expectTypeOf<InnerConstant<typeof part.twice, "n">>().toEqualTypeOf<3>();
  expectTypeOf<InnerConstant<typeof part.twice, "as">>().toEqualTypeOf<"text">();
  expectTypeOf<SaverAt<typeof saved, "save">>()
    .parameter(0)
    .toEqualTypeOf<{ value: number; outPath: string }>();
  expectTypeOf<SaverAt<typeof twice, "save">>().toBeNever();
});
