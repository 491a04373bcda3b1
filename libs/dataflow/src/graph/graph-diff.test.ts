import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { GraphDescription } from "./describe-graph.ts";
import { diffGraphs, isSameGraph } from "./graph-diff.ts";
import { graphFrom } from "./graph.ts";

/** A description of nodes `name: [code version, …what it needs]`. */
function described(nodes: Readonly<Record<string, readonly string[]>>): GraphDescription {
  return {
    nodes: Object.entries(nodes).map(([name, [codeVersion, ...needs]]) => ({
      name,
      kind: "function",
      dependencies: needs.map((need) => ({ name: need, required: true })),
      tags: {},
      codeVersion,
    })),
    edges: [],
  };
}

describe("diffGraphs", () => {
  test("tells what is new, gone, written anew and wired anew", () => {
    const before = described({ a: ["1"], b: ["1", "a"], c: ["1", "a", "b"], gone: ["1"] });
    const after = described({ fresh: ["1"], c: ["1", "b", "fresh"], b: ["2", "a"], a: ["1"] });

    expect(diffGraphs(before, after)).toEqual({
      added: ["fresh"],
      removed: ["gone"],
      changedCode: ["b"],
      changedEdges: [{ name: "c", added: ["fresh"], removed: ["a"] }],
    });
  });

  test("knows a need that became optional, and a function that became a choice", () => {
    const one = graphFrom([{ a: ({ x }: { x: number }) => x }]);
    const other = graphFrom([{ a: ({ x = 1 }: { x?: number }) => x }]);

    expect(one.diff(other).changedEdges).toEqual([{ name: "a", added: ["x?"], removed: ["x"] }]);
    expect(one.diff(one)).toEqual({ added: [], removed: [], changedCode: [], changedEdges: [] });
    expect(JSON.parse(JSON.stringify(one))).toMatchObject({ edges: [["x", "a"]] });
  });

  test("is empty for the same graph, and turned around from the other side", () => {
    const name = fc.constantFrom("a", "b", "c", "d");
    const any = fc
      .dictionary(name, fc.tuple(fc.constantFrom("1", "2"), fc.uniqueArray(name)))
      .map((nodes) =>
        described(
          Object.fromEntries(
            Object.entries(nodes).map(([key, [code, needs]]) => [key, [code, ...needs]]),
          ),
        ),
      );
    fc.assert(
      fc.property(any, any, (one, other) => {
        const there = diffGraphs(one, other);
        const back = diffGraphs(other, one);

        expect(isSameGraph(diffGraphs(one, one))).toBe(true);
        expect(back.added).toEqual(there.removed);
        expect(back.changedCode).toEqual(there.changedCode);
        expect(back.changedEdges.map((each) => [each.name, each.removed, each.added])).toEqual(
          there.changedEdges.map((each) => [each.name, each.added, each.removed]),
        );
      }),
    );
  });
});
