import { describe, expect, test } from "vitest";
import { collect, each, graphFrom, type NodeContext } from "@weirflow/dataflow";
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
});
