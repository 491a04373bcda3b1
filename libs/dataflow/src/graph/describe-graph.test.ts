import { describe, expect, test } from "vitest";
import { codeVersions } from "../code/code-versions.ts";
import { memoryHost } from "../code/memory-host.ts";
import { nodeLocations } from "../code/node-locations.ts";
import { choose } from "../modifier/choose.ts";
import { fields } from "../modifier/fields.ts";
import { node } from "../modifier/node.ts";
import { byExport, describeGraph, graphVersion } from "./describe-graph.ts";
import { graphFrom } from "./graph.ts";

const { low, high } = fields(({ n, by = 1 }: { n: number; by?: number }) => ({
  low: n - by,
  high: n + by,
}));
const modules = [
  { low, high },
  {
    span: node(({ low, high }: { low: number; high: number }) => high - low, {
      tags: { unit: ["m", "s"] },
    }),
  },
];
const text = {
  "/ends.ts": "/** Both ends. */\nexport const { low, high } = fields((x) => x);",
  "/span.ts": "\n/** How far. */\nexport const span = node(({ low, high }) => high - low, {});",
};
const files = Object.keys(text);

describe("describeGraph", () => {
  test("lists inputs, then nodes, and an edge for each need", () => {
    expect(describeGraph(graphFrom(modules, { moduleNames: ["ends", "span"] }))).toEqual({
      nodes: [
        { name: "n", kind: "input", dependencies: [], tags: {} },
        { name: "by", kind: "input", dependencies: [], tags: {} },
        {
          name: "low",
          kind: "function",
          dependencies: [{ name: "{ high, low }", required: true }],
          tags: {},
          module: "ends",
        },
        {
          name: "high",
          kind: "function",
          dependencies: [{ name: "{ high, low }", required: true }],
          tags: {},
          module: "ends",
        },
        {
          name: "span",
          kind: "function",
          dependencies: [
            { name: "low", required: true },
            { name: "high", required: true },
          ],
          tags: { unit: ["m", "s"] },
          module: "span",
        },
        {
          name: "{ high, low }",
          kind: "function",
          dependencies: [
            { name: "n", required: true },
            { name: "by", required: false },
          ],
          tags: {},
          module: "ends",
        },
      ],
      edges: [
        ["{ high, low }", "low"],
        ["{ high, low }", "high"],
        ["low", "span"],
        ["high", "span"],
        ["n", "{ high, low }"],
        ["by", "{ high, low }"],
      ],
    });
  });

  test("describes of a plan what it needs, and which node chooses", () => {
    const module = { a: () => 1, b: () => 2, c: choose("k", { x: ({ a }: { a: number }) => a }) };

    const { nodes } = describeGraph(graphFrom([module]).plan(["c"]));

    expect(nodes.map(({ name, kind }) => [name, kind])).toEqual([
      ["k", "input"],
      ["a", "function"],
      ["c", "choice"],
    ]);
  });

  test("adds what the source says, also to nodes that fields share", () => {
    const host = memoryHost(text);
    const versions = codeVersions({ entries: files, host });
    const { nodes } = describeGraph(graphFrom(modules), {
      codeVersionOf: byExport(files, versions),
      sourceOf: byExport(files, nodeLocations({ entries: files, host })),
    });
    const found = new Map(nodes.map((each) => [each.name, each]));

    expect(found.get("span")).toMatchObject({
      description: "How far.",
      file: "/span.ts",
      line: 3,
      endLine: 3,
      source: "export const span = node(({ low, high }) => high - low, {});",
      codeVersion: versions.get("/span.ts")?.get("span"),
    });
    expect(found.get("{ high, low }")).toMatchObject({
      description: "Both ends.",
      codeVersion: versions.get("/ends.ts")?.get("low"),
    });
    expect(found.get("n")).not.toHaveProperty("file");
  });

  test("is JSON", () => {
    const described = describeGraph(graphFrom(modules));

    expect(JSON.parse(JSON.stringify(described))).toEqual(described);
  });
});

describe("graphVersion", () => {
  const base = describeGraph(graphFrom([{ a: ({ n }: { n: number }) => n, b: () => 1 }]));

  test("does not count the order of nodes, tags, or places", () => {
    const turned = {
      ...base,
      nodes: base.nodes.toReversed().map((each) => ({ ...each, line: 9 })),
    };

    expect(graphVersion(turned)).toBe(graphVersion(base));
    expect(graphVersion(base)).toMatch(/^[0-9a-f]{64}$/);
  });

  test("counts names, needs and code", () => {
    const optional = describeGraph(
      graphFrom([{ a: ({ n = 1 }: { n?: number }) => n, b: () => 1 }]),
    );
    const renamed = describeGraph(graphFrom([{ a: ({ n }: { n: number }) => n, c: () => 1 }]));
    const versioned = describeGraph(graphFrom([{ a: ({ n }: { n: number }) => n, b: () => 1 }]), {
      codeVersionOf: () => "v1",
    });

    const versions = [base, optional, renamed, versioned].map(graphVersion);

    expect(new Set(versions).size).toBe(4);
  });
});
