import { describe, expect, test } from "vitest";
import { type DescribedGraph, pictureOf } from "./picture-of.ts";

const graph: DescribedGraph = {
  nodes: [
    { name: "rawData", kind: "input", dependencies: [] },
    { name: "flag", kind: "choice", dependencies: [] },
    {
      name: "table",
      kind: "function",
      module: "prepare-data",
      dependencies: [
        { name: "rawData", required: true },
        { name: "flag", required: false },
        { name: "never", required: false },
      ],
    },
  ],
};

describe("pictureOf", () => {
  test("turns modules into groups and defaults into optional edges, and skips what nobody supplied", () => {
    expect(pictureOf(graph)).toEqual({
      nodes: [
        { id: "rawData", label: "rawData", kind: "input" },
        { id: "flag", label: "flag", kind: "choice" },
        { id: "table", label: "table", kind: "function", group: "prepare-data" },
      ],
      edges: [
        { from: "rawData", to: "table", optional: false },
        { from: "flag", to: "table", optional: true },
      ],
    });
  });

  test("groups by whatever it is told", () => {
    const picture = pictureOf(graph, {
      groupOf: ({ name, kind }) => (kind === "function" ? `made: ${name}` : undefined),
    });

    expect(picture.nodes.map(({ group }) => group)).toEqual([undefined, undefined, "made: table"]);
    expect(pictureOf(graph, { groupOf: () => undefined }).nodes[2]).not.toHaveProperty("group");
  });

  test("adds a title, statuses and details where there are some", () => {
    const picture = pictureOf(graph, {
      title: "prepareData",
      statusOf: (name) => (name === "table" ? "failed" : undefined),
      detailOf: (name) => (name === "table" ? "12 ms" : undefined),
    });

    expect(picture.title).toBe("prepareData");
    expect(picture.nodes[2]).toMatchObject({ status: "failed", detail: "12 ms" });
    expect(picture.nodes[0]).toEqual({ id: "rawData", label: "rawData", kind: "input" });
  });
});
