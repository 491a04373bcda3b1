import type { GraphDescription } from "@weirflow/contracts";
import { describe, expect, test } from "vitest";
import { graphHash } from "./graph-hash.ts";

const node = (name: string, codeVersion: string): GraphDescription["nodes"][number] => ({
  name,
  kind: "function",
  dependencies: [],
  tags: {},
  codeVersion,
});

const graph: GraphDescription = {
  nodes: [node("a", "1"), node("b", "2")],
  edges: [["a", "b"]],
};

describe("graphHash", () => {
  test("does not depend on the order in which nodes are listed", () => {
    expect(graphHash({ ...graph, nodes: graph.nodes.toReversed() })).toBe(graphHash(graph));
    expect(graphHash(graph)).toMatch(/^[0-9a-f]{64}$/);
  });

  test("differs with a name, a code version or an edge", () => {
    const others: GraphDescription[] = [
      { ...graph, nodes: [node("a", "1"), node("c", "2")] },
      { ...graph, nodes: [node("a", "1"), node("b", "3")] },
      { ...graph, edges: [["b", "a"]] },
      { ...graph, edges: [] },
    ];

    const hashes = new Set([graph, ...others].map(graphHash));
    expect(hashes.size).toBe(5);
  });

  test("does not depend on where a function stands", () => {
    const moved = graph.nodes.map((one) => ({ ...one, line: 7, source: "later" }));

    expect(graphHash({ ...graph, nodes: moved })).toBe(graphHash(graph));
  });
});
