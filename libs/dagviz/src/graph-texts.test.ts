import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UnknownNodeError } from "./errors.ts";
import { graphDot } from "./graph-dot.ts";
import { graphMermaid } from "./graph-mermaid.ts";
import type { GraphPicture } from "./graph-picture.ts";

const picture: GraphPicture = {
  title: 'Ages "in years"',
  nodes: [
    { id: "age", label: "age", kind: "input", status: "succeeded" },
    { id: "age mean", label: "ageMean", kind: "function", group: "ages", detail: "12 ms" },
    { id: "flag", label: 'say "x" | y', kind: "choice" },
    { id: "next", label: "next", kind: "task", status: "failed" },
  ],
  edges: [
    { from: "age", to: "age mean" },
    { from: "flag", to: "age mean", optional: true },
    { from: "age mean", to: "next" },
  ],
};
const broken: GraphPicture = { nodes: [], edges: [{ from: "a", to: "b" }] };

describe("graphDot", () => {
  test("writes nodes by kind and status, groups as clusters, optional edges dashed", () => {
    expect(graphDot(picture)).toBe(String.raw`digraph {
  label="Ages \"in years\""; labelloc=t;
  node [shape=box, style="rounded,filled", fillcolor="#ffffff", fontname="Helvetica"];
  "age" [label="age", shape=oval, fillcolor="#dcfce7"];
  "flag" [label="say \"x\" | y", shape=diamond];
  "next" [label="next", shape=box3d, fillcolor="#fee2e2"];
  subgraph cluster_0 {
    label="ages";
    "age mean" [label="ageMean\n12 ms"];
  }
  "age" -> "age mean";
  "flag" -> "age mean" [style=dashed];
  "age mean" -> "next";
}
`);
  });

  test("has a shape of its own for each kind that is no function", () => {
    const shapes = ["input", "choice", "each", "collect", "task", "artifact"].map((kind) => {
      const dot = graphDot({ nodes: [{ id: "a", label: "a", kind }], edges: [] });
      return /shape=(\w+)\]/.exec(dot)?.[1];
    });

    expect(shapes).toEqual(["oval", "diamond", "trapezium", "invtrapezium", "box3d", "note"]);
  });

  test("closes every quotation whatever the texts contain", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const dot = graphDot({ nodes: [{ id: text, label: text, kind: "input" }], edges: [] });
        const line = dot.split("\n")[2] ?? "";

        expect(line.replace(/"(?:[^"\\]|\\.)*"/g, "Q")).toBe("  Q [label=Q, shape=oval];");
      }),
    );
  });

  test("shows control characters, which would end the text", () => {
    const dot = graphDot({ nodes: [{ id: "a\0b", label: "\u001b[1m", kind: "x" }], edges: [] });

    expect(dot).toContain(String.raw`"a\\x0b" [label="\\x1b[1m"]`);
  });

  test("refuses an edge that ends nowhere", () => {
    expect(() => graphDot(broken)).toThrow(UnknownNodeError);
  });
});

describe("graphMermaid", () => {
  test("writes nodes by kind, groups as subgraphs, optional edges dotted, statuses as classes", () => {
    expect(graphMermaid(picture)).toBe(`---
title: "Ages \\"in years\\""
---
flowchart TD
  n0(["age"])
  n2{{"say #34;x#34; #124; y"}}
  n3[["next"]]
  subgraph g0["ages"]
    n1["ageMean<br/>12 ms"]
  end
  n0 --> n1
  n2 -.-> n1
  n1 --> n3
  classDef succeeded stroke:#16a34a,stroke-width:2px
  class n0 succeeded
  classDef failed stroke:#dc2626,stroke-width:3px
  class n3 failed
`);
  });

  test("has a shape of its own for each kind that is no function", () => {
    const shapes = ["input", "choice", "each", "collect", "task", "artifact"].map(
      (kind) => graphMermaid({ nodes: [{ id: "a", label: "a", kind }], edges: [] }).split("\n")[1],
    );

    expect(shapes).toEqual([
      '  n0(["a"])',
      '  n0{{"a"}}',
      String.raw`  n0[/"a"\]`,
      String.raw`  n0[\"a"/]`,
      '  n0[["a"]]',
      '  n0[("a")]',
    ]);
  });

  test("lets no text end its label", () => {
    fc.assert(
      fc.property(fc.string(), (label) => {
        const text = graphMermaid({ nodes: [{ id: "a", label, kind: "function" }], edges: [] });

        expect(text).toMatch(/^flowchart TD\n {2}n0\["[^"\n[\]]*"\]\n$/);
      }),
    );
  });

  test("writes a blank for an empty text, which Mermaid does not take", () => {
    const text = graphMermaid({ nodes: [{ id: "a", label: "", kind: "x", group: "" }], edges: [] });

    expect(text).toBe('flowchart TD\n  subgraph g0[" "]\n    n0[" "]\n  end\n');
  });

  test("lets no title or label give Mermaid directives", () => {
    const label = "%%{init: {'theme': 'dark'}}%%";

    const text = graphMermaid({ title: label, nodes: [{ id: "a", label, kind: "x" }], edges: [] });

    expect(text).not.toContain("%");
    expect(text).toContain(String.raw`title: "\u0025\u0025{init`);
  });

  test("refuses an edge that ends nowhere", () => {
    expect(() => graphMermaid(broken)).toThrow(UnknownNodeError);
  });
});
