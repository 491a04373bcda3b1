import { describe, expect, test } from "vitest";
import {
  choose,
  collect,
  each,
  graphFrom,
  node,
  type NodeContext,
  subgraph,
  value,
} from "@weirflow/dataflow";
import { callsOf } from "./typed-graph.ts";
import { markAt } from "./type-problem.ts";
import { writeProgram } from "./write-program.ts";

const module = {
  later: ({ now, by = 2 }: { now: number; by?: number }, { log }: NodeContext) => {
    log("later");
    return now * by;
  },
  now: () => 1,
};
const typed = { graph: graphFrom([module]), modules: [module], files: ["/app/src/times.ts"] };

function written(fileFolder = "/app") {
  return writeProgram([callsOf(typed)], fileFolder);
}

describe("writeProgram", () => {
  test("calls each node after what it needs, with what it needs", () => {
    const { text } = written();

    expect(text).toContain('import * as m0 from "./src/times.ts";');
    expect(text).toContain('in0: Exclude<In<typeof m0["later"], "by">, undefined>, part: any');
    expect(text.split("\n").filter((line) => line.includes("= await"))).toEqual([
      '  const v0 = await m0["now"](...all(m0["now"]));',
      '  const v1 = await m0["later"]({ "now": v0, "by": in0, }, ...rest(m0["later"]));',
    ]);
  });

  test("marks what its parts stand for", () => {
    const { text, needs, values, inputs } = written();
    const at = (mark: { start: number; end: number }): string => text.slice(mark.start, mark.end);

    expect(needs.map((mark) => [at(mark), mark.node, mark.need])).toEqual([
      ['"now"', "later", "now"],
      ['"by"', "later", "by"],
    ]);
    expect(values.map((mark) => [at(mark), mark.node])).toEqual([
      ["v0", "now"],
      ["v1", "later"],
    ]);
    expect(inputs.map((mark) => [at(mark), mark.need])).toEqual([["ok_in0", "by"]]);
    for (const mark of needs) {
      expect(markAt(needs, mark.start)).toBe(mark);
      expect(markAt(needs, mark.end - 1)).toBe(mark);
      expect(markAt(needs, mark.end)).toBeUndefined();
    }
  });

  test("reaches files above its folder, and never those of a dotted one by chance", () => {
    expect(written("/app/deep").text).toContain('from "../src/times.ts"');
    expect(written("/app/src").text).toContain('from "./times.ts"');
  });

  test("takes items one by one, and gathers lists of them", () => {
    const items = {
      item: each(({ list }: { list: readonly number[] }) => list),
      twice: ({ item }: { item: number }) => 2 * item,
      all: collect(({ twice, list }: { twice: readonly number[]; list: readonly number[] }) => [
        twice,
        list,
      ]),
    };
    const graph = graphFrom([items]);
    const calls = callsOf({ graph, modules: [items], files: ["/app/items.ts"] });

    const { text } = writeProgram([calls], "/app");

    expect(text).toContain('import type { HandsOut } from "@weirflow/dataflow";');
    expect(text).toContain('const v1 = value(m0["twice"], m0["twice"]({ "item": v0, }');
    expect(text).toContain('{ "twice": list(v1), "list": in0, }');
  });

  test("calls what is in a subgraph with what it gets from around it, and savers with values", () => {
    const shop = {
      net: ({ cost, rate }: { cost: number; rate: number }) => cost * rate,
      gross: ({ net, tax }: { net: number; tax: number }) => net + tax,
    };
    const inputs = { cost: "price", rate: value(2) };
    const { gross } = subgraph(shop, { namespace: "eu", inputs });
    const price = node(() => 1, { save: ({ value: saved }: { value: number }) => saved });
    const used = { gross, price };
    const calls = callsOf({ graph: graphFrom([used]), modules: [used], files: ["/app/a.ts"] });

    const lines = writeProgram([calls], "/app").text.split("\n");

    expect(lines.filter((line) => line.startsWith("const p"))).toEqual([
      'const p0 = inner(m0["gross"], "net");',
      'const p1 = inner(m0["gross"], "gross");',
      'const p2 = saver(m0["price"], "save");',
    ]);
    expect(lines.filter((line) => /^ {2}const v/u.test(line))).toEqual([
      '  const v0 = await m0["price"](...all(m0["price"]));',
      '  const v1 = await p0({ "cost": v0, ...maybe(p0, "rate", constant(m0["gross"], "rate")), });',
      '  const v2 = await p1({ "net": v1, "tax": in0, });',
      '  const v3 = v2; void m0["gross"];',
      '  const v4 = await p2({ "value": v0, });',
    ]);
  });

  test("gives nothing for what only a branch needs that a choice has left out", () => {
    const used = {
      chosen: choose("way", { of: ({ left }: { left: number }) => left, none: () => 1 }),
      left: () => 2,
      item: each(() => [1]),
    };
    const calls = callsOf({ graph: graphFrom([used]), modules: [used], files: ["/app/a.ts"] });

    const lines = writeProgram([calls], "/app").text.split("\n");

    expect(lines.filter((line) => line.includes('value(m0["chosen"]'))).toEqual([
      '  const v1 = value(m0["chosen"], m0["chosen"]({ "way": in0, "left": v0, }));',
      '  const v0 = value(m0["chosen"], m0["chosen"]({ "way": in0, "left": part, }));',
    ]);
  });
});
