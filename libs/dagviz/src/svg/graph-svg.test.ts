import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { GraphPicture, PictureNode } from "../graph-picture.ts";
import { badgeKinds, statuses } from "./palette.ts";
import { graphSvg } from "./graph-svg.ts";

const word = fc.string({ unit: "binary", maxLength: 30 });
const nodes: fc.Arbitrary<readonly PictureNode[]> = fc.uniqueArray(
  fc.record(
    {
      id: word,
      label: word,
      kind: fc.constantFrom(...badgeKinds, "stream"),
      group: word,
      status: fc.constantFrom(...statuses),
      detail: word,
    },
    { requiredKeys: ["id", "label", "kind"] },
  ),
  { selector: (node) => node.id, maxLength: 8 },
);
const pictures: fc.Arbitrary<GraphPicture> = fc.tuple(nodes, word).map(([all, title]) => ({
  title,
  nodes: all,
  edges: all.slice(1).map((node, index) => ({
    from: all[index]?.id ?? "",
    to: node.id,
    optional: index % 2 === 0,
  })),
}));

const two: GraphPicture = {
  title: "Ages & <more>",
  nodes: [
    { id: "age", label: "age", kind: "input", status: "cached" },
    {
      id: "mean",
      label: "ageMean",
      kind: "function",
      group: "ages",
      detail: "12 ms",
      status: "failed",
    },
  ],
  edges: [{ from: "age", to: "mean", optional: true }],
};

/** Tags in the order in which they close; fails on markup that is not well formed. */
function closedTags(svg: string): readonly string[] {
  const open: string[] = [];
  const closed: string[] = [];
  const rest = svg.replaceAll(
    /<(\/?)([a-z]+)((?: [a-z-]+="[^"<>]*")*)(\/?)>/gi,
    (_, slash: string, name: string, __, self: string) => {
      if (slash === "/") expect(open.pop()).toBe(name);
      else if (self === "") open.push(name);
      if (slash === "/" || self === "/") closed.push(name);
      return "";
    },
  );
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>]/);
  expect(rest).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#39;)/);
  return closed;
}

describe("graphSvg", () => {
  test("writes well-formed markup whatever the texts contain", () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        expect(closedTags(graphSvg(picture)).at(-1)).toBe("svg");
      }),
    );
  });

  test("writes the same bytes for the same picture", () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        expect(graphSvg(structuredClone(picture))).toBe(graphSvg(picture));
      }),
    );
  });

  test("names and describes itself to those who do not see it", () => {
    const svg = graphSvg(two);

    expect(svg).toContain('role="img" aria-labelledby="dag-title dag-description"');
    expect(svg).toContain('<title id="dag-title">Ages &amp; &lt;more&gt;</title>');
    expect(svg).toContain('<desc id="dag-description">2 nodes, 1 edge</desc>');
  });

  test("tells all about a node in its tooltip", () => {
    expect(graphSvg(two)).toContain("<title>ageMean: function of ages, failed, 12 ms</title>");
  });

  test("marks nodes and edges for scripts and styles", () => {
    const svg = graphSvg(two);

    expect(svg).toContain('class="dag-node dag-is-failed" data-node="mean"');
    expect(svg).toContain('class="dag-edge dag-optional" data-from="age" data-to="mean"');
  });

  test("follows the viewer's system by default, and one theme on request", () => {
    expect(graphSvg(two)).toContain("@media (prefers-color-scheme:dark)");
    expect(graphSvg(two, { theme: "light" })).not.toContain("@media");
    expect(graphSvg(two, { theme: "dark" })).not.toBe(graphSvg(two, { theme: "light" }));
  });

  test("explains in its legend what is shown and nothing else", () => {
    const words = (svg: string): readonly string[] =>
      [...svg.slice(svg.lastIndexOf("dag-line")).matchAll(/<text[^>]*>([^<]*)</g)].map(
        ([, text]) => text ?? "",
      );

    expect(words(graphSvg(two))).toEqual([
      "input",
      "function",
      "cached",
      "failed",
      "optional",
      "ages",
    ]);
    expect(words(graphSvg({ nodes: [{ id: "a", label: "a", kind: "task" }], edges: [] }))).toEqual([
      "task",
    ]);
  });

  test("frames groups that lie together, and not those that others lie among", () => {
    const apart: GraphPicture = {
      nodes: [
        ...["a", "b"].map((id) => ({ id, label: id, kind: "function", group: "one" })),
        ...["c", "d"].map((id) => ({ id, label: id, kind: "function", group: "two & more" })),
      ],
      edges: [
        { from: "a", to: "b" },
        { from: "c", to: "d" },
      ],
    };
    const mixed = {
      ...apart,
      edges: ["ac", "cb", "bd"].map(([from = "", to = ""]) => ({ from, to })),
    };
    const frames = (svg: string): number => svg.split('class="dag-frame').length - 1;

    expect(frames(graphSvg(apart))).toBe(2);
    expect(graphSvg(apart)).toContain(">two &amp; more</text>");
    expect(frames(graphSvg(apart, { frames: false }))).toBe(0);
    expect(frames(graphSvg(mixed))).toBe(0);
  });

  test("leaves out the legend and the ground on request", () => {
    const svg = graphSvg(two, { legend: false, background: false });

    expect(svg).not.toContain('class="dag-line"');
    expect(svg).not.toContain('class="dag-paper"');
  });

  test.each([
    ["7", "_7"],
    ["", "_"],
    ["-x", "_-x"],
    ['a"><b', "a___b"],
  ])("makes a name for classes of the prefix %j", (prefix, made) => {
    expect(graphSvg(two, { prefix })).toContain(`<title id="${made}-title">`);
  });

  test("keeps two pictures in one page apart by their prefixes", () => {
    const svg = graphSvg(two, { prefix: "run 7" });

    expect(svg).toContain('id="run_7-head"');
    expect(svg).not.toMatch(/(id="|class="|url\(#|href="#|\.)dag-/);
  });

  test("draws every text within its box", () => {
    const svg = graphSvg({
      nodes: [{ id: "w", label: "W".repeat(300), kind: "function", detail: "m".repeat(300) }],
      edges: [],
    });

    expect(svg).toMatch(/>W{10,25}…<\/text>/);
    expect(svg).toMatch(/>m{10,25}…<\/text>/);
    expect(svg).toContain(`<title>${"W".repeat(300)}: function, ${"m".repeat(300)}</title>`);
  });

  test("draws a picture without nodes", () => {
    expect(closedTags(graphSvg({ nodes: [], edges: [] })).at(-1)).toBe("svg");
  });
});
