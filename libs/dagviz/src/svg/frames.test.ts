import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PictureNode } from "../graph-picture.ts";
import { layoutGraph, type PlacedNode } from "../layout/layout-graph.ts";
import { frameSvg, framesOf } from "./frames.ts";

const node = (id: string, group?: string): PictureNode => ({
  id,
  label: id,
  kind: "function",
  ...(group === undefined ? {} : { group }),
});
const box = (id: string, x: number, y: number): PlacedNode => ({
  id,
  x,
  y,
  width: 100,
  height: 40,
  layer: 0,
});

describe("framesOf", () => {
  test("goes around all nodes of a group, with room for its name", () => {
    const nodes = [node("a", "g"), node("b", "g"), node("c")];
    const placed = [box("a", 0, 0), box("b", 150, 100), box("c", 400, 0)];

    expect(framesOf(nodes, placed)).toEqual([
      { group: "g", x: -12, y: -20, width: 274, height: 172 },
    ]);
  });

  test("frames no group that another node lies among", () => {
    const nodes = [node("a", "g"), node("b", "g"), node("c")];

    expect(framesOf(nodes, [box("a", 0, 0), box("b", 150, 100), box("c", 150, 0)])).toEqual([]);
  });

  test("frames neither a group of one node nor one of all", () => {
    expect(framesOf([node("a", "g"), node("b")], [box("a", 0, 0), box("b", 300, 0)])).toEqual([]);
    expect(framesOf([node("a", "g"), node("b", "g")], [box("a", 0, 0), box("b", 300, 0)])).toEqual(
      [],
    );
  });

  test("frames every group whose parts no edge joins to others, and overlaps no two", () => {
    const sizes = fc.array(fc.integer({ min: 2, max: 7 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(sizes, fc.boolean(), (all, areChained) => {
        const nodes = all.flatMap((size, group) =>
          Array.from({ length: size }, (_, index) => node(`${group}.${index}`, `group ${group}`)),
        );
        const edges = areChained
          ? nodes.slice(1).flatMap(({ id, group }, index) => {
              const before = nodes[index];
              return before?.group === group && index % 3 > 0
                ? [{ from: before?.id ?? "", to: id }]
                : [];
            })
          : [];

        const frames = framesOf(nodes, layoutGraph({ nodes, edges }).nodes);

        expect(frames).toHaveLength(all.length);
        for (const [index, a] of frames.entries())
          for (const b of frames.slice(index + 1))
            expect(
              a.x + a.width <= b.x ||
                b.x + b.width <= a.x ||
                a.y + a.height <= b.y ||
                b.y + b.height <= a.y,
            ).toBe(true);
      }),
    );
  });
});

describe("frameSvg", () => {
  test("cuts a name that is longer than the frame", () => {
    const svg = frameSvg({ group: "m".repeat(90), x: 0, y: 0, width: 120, height: 60 }, 3, "p");

    expect(svg).toMatch(/>m{5,9}…<\/text>/);
    expect(svg).toContain('class="p-frame p-group-3"');
  });
});
