import type { GraphDescription } from "@weirflow/contracts";
import { describe, expect, test } from "vitest";
import { viewGraph } from "./view-graph.ts";

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

describe("viewGraph", () => {
  test.each([
    [{}, ["raw", "rate", "clean", "tax", "sum"]],
    [{ upstream: "tax" }, ["raw", "rate", "clean", "tax"]],
    [{ downstream: "clean" }, ["clean", "tax", "sum"]],
    [{ between: ["raw", "sum"] as const }, ["raw", "clean", "sum"]],
    [{ upstream: "tax", inputs: false }, ["clean", "tax"]],
    [{ upstream: "tax", downstream: "raw" }, ["raw", "clean", "tax"]],
    [{ between: ["sum", "raw"] as const }, []],
  ])("shows of %j the nodes %j", (view, names) => {
    const shown = viewGraph(graph, view);

    expect(shown.nodes.map(({ name }) => name)).toEqual(names);
    for (const ends of shown.edges) for (const end of ends) expect(names).toContain(end);
  });

  test("refuses a name that is not there", () => {
    expect(() => viewGraph(graph, { upstream: "claen" })).toThrow('there is no node "claen"');
  });
});
