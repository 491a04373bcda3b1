import type { GraphDescription } from "@weirflow/contracts";
import { describe, expect, test } from "vitest";
import { viewGraphs } from "./view-graph.ts";

/** `name: what it needs`; a name that needs nothing is an input. */
function described(needs: Readonly<Record<string, readonly string[]>>): GraphDescription {
  return {
    nodes: Object.entries(needs).map(([name, all]) => ({
      name,
      kind: all.length === 0 ? "input" : "function",
      dependencies: all.map((each) => ({ name: each, required: true })),
      tags: {},
    })),
    edges: Object.entries(needs).flatMap(([name, all]) =>
      all.map((each): [string, string] => [each, name]),
    ),
  };
}

const graph = described({
  raw: [],
  rate: [],
  clean: ["raw"],
  tax: ["clean", "rate"],
  sum: ["clean"],
});

describe("viewGraphs", () => {
  test.each([
    [{}, ["raw", "rate", "clean", "tax", "sum"]],
    [{ upstream: "tax" }, ["raw", "rate", "clean", "tax"]],
    [{ downstream: "clean" }, ["clean", "tax", "sum"]],
    [{ between: ["raw", "sum"] as const }, ["raw", "clean", "sum"]],
    [{ upstream: "tax", inputs: false }, ["clean", "tax"]],
    [{ upstream: "tax", downstream: "raw" }, ["raw", "clean", "tax"]],
    [{ between: ["sum", "raw"] as const }, []],
  ])("shows of %j the nodes %j", (view, names) => {
    const [found] = viewGraphs([{ graph }], view);
    const shown = found?.graph ?? { nodes: [], edges: [] };

    expect(shown.nodes.map(({ name }) => name)).toEqual(names);
    for (const ends of shown.edges) for (const end of ends) expect(names).toContain(end);
  });

  test("shows of several graphs those that have the node", () => {
    const other = { graph: { nodes: graph.nodes.slice(0, 2), edges: [] }, task: "other" };

    expect(viewGraphs([other, { graph, task: "own" }], { upstream: "tax" })).toMatchObject([
      { task: "own" },
    ]);
    expect(viewGraphs([other, { graph, task: "own" }], { downstream: "raw" })).toHaveLength(2);
    expect(() =>
      viewGraphs([other, { graph: { nodes: graph.nodes.slice(3), edges: [] } }], {
        between: ["raw", "sum"],
      }),
    ).toThrow('no task has all of "raw", "sum"');
  });

  test("refuses a name that is not there", () => {
    expect(() => viewGraphs([{ graph }], { upstream: "claen" })).toThrow(
      'there is no node "claen"',
    );
  });
});
