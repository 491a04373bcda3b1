import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DuplicateNodeError, PictureCycleError, UnknownNodeError } from "../errors.ts";
import type { GraphPicture, PictureEdge, PictureNode } from "../graph-picture.ts";
import { type GraphLayout, layoutGraph, type PlacedNode } from "./layout-graph.ts";
import type { Point } from "./route-link.ts";

const node = (id: string): PictureNode => ({ id, label: id, kind: "function" });
const edge = (from: string, to: string): PictureEdge => ({ from, to });
const drawn = (ids: string, edges: string): GraphPicture => ({
  nodes: ids.split(" ").map(node),
  edges: edges
    .split(" ")
    .filter((pair) => pair !== "")
    .map((pair) => edge(pair.charAt(0), pair.charAt(1))),
});

/** Acyclic, because edges lead from smaller to larger numbers; ids are shuffled so that no pass can rely on order. */
const pictures: fc.Arbitrary<GraphPicture> = fc
  .integer({ min: 1, max: 30 })
  .chain((size) =>
    fc.record({
      names: fc.shuffledSubarray([...Array(size).keys()], { minLength: size }),
      labels: fc.array(fc.string({ maxLength: 40 }), { minLength: size, maxLength: size }),
      pairs: fc.array(fc.tuple(fc.nat({ max: size - 1 }), fc.nat({ max: size - 1 })), {
        maxLength: 60,
      }),
    }),
  )
  .map(({ names, labels, pairs }) => ({
    nodes: names.map((name) => ({ ...node(`n${name}`), label: labels[name] ?? "" })),
    edges: pairs
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => edge(`n${Math.min(a, b)}`, `n${Math.max(a, b)}`)),
  }));

interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const areaOf = ({ x, y, width, height }: PlacedNode): Area => ({
  left: x,
  right: x + width,
  top: y,
  bottom: y + height,
});
const areaBetween = (a: Point, b: Point): Area => ({
  left: Math.min(a.x, b.x),
  right: Math.max(a.x, b.x),
  top: a.y,
  bottom: b.y,
});
/** Tenths of pixels are rounded, so touching is not overlapping. */
const overlap = (a: Area, b: Area): boolean =>
  Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.2 &&
  Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.2;
const placed = (layout: GraphLayout, id: string): PlacedNode => {
  const found = layout.nodes.find((it) => it.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
};

describe("layoutGraph", () => {
  test("keeps boxes apart and inside the drawing", () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        const layout = layoutGraph(picture);
        const areas = layout.nodes.map(areaOf);

        for (const [index, area] of areas.entries()) {
          expect(area.left).toBeGreaterThanOrEqual(-0.1);
          expect(area.top).toBeGreaterThanOrEqual(-0.1);
          expect(area.right).toBeLessThanOrEqual(layout.width + 0.1);
          expect(area.bottom).toBeLessThanOrEqual(layout.height + 0.1);
          for (const other of areas.slice(index + 1)) expect(overlap(area, other)).toBe(false);
        }
      }),
    );
  });

  test("leads every edge downwards, from the bottom of one box to the top of another", () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        const layout = layoutGraph(picture);

        for (const { from, to, points } of layout.edges) {
          const [start, end] = [areaOf(placed(layout, from)), areaOf(placed(layout, to))];
          expect(points.length).toBeGreaterThanOrEqual(2);
          for (const [index, point] of points.entries())
            if (index > 0) expect(point.y).toBeGreaterThan(points[index - 1]?.y ?? Infinity);
          expect(points[0]?.y).toBeCloseTo(start.bottom, 0);
          expect(points.at(-1)?.y).toBeCloseTo(end.top, 0);
          expect(points.at(-1)?.x).toBeGreaterThan(end.left);
          expect(points.at(-1)?.x).toBeLessThan(end.right);
        }
      }),
    );
  });

  test("runs no edge over a box", () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        const layout = layoutGraph(picture);
        const areas = layout.nodes.map(areaOf);
        const stretches = layout.edges.flatMap(({ points }) =>
          points.slice(1).map((point, index) => areaBetween(points[index] ?? point, point)),
        );
        const thick = stretches.map((it) => ({ ...it, left: it.left - 1, right: it.right + 1 }));

        expect(thick.filter((it) => areas.some((area) => overlap(it, area)))).toEqual([]);
      }),
    );
  });

  test("gives the same numbers for the same picture", () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        expect(layoutGraph(structuredClone(picture))).toEqual(layoutGraph(picture));
      }),
    );
  });

  test("answers in the order of the picture's nodes and edges", () => {
    const layout = layoutGraph(drawn("c a b", "ab bc ac ab"));

    expect(layout.nodes.map(({ id, layer }) => [id, layer])).toEqual([
      ["c", 2],
      ["a", 0],
      ["b", 1],
    ]);
    expect(layout.edges.map(({ from, to }) => from + to)).toEqual(["ab", "bc", "ac", "ab"]);
  });

  test("keeps an input next to what needs it instead of at the top", () => {
    const layout = layoutGraph(drawn("a b c d i", "ab bc cd id"));

    expect(placed(layout, "i").layer).toBe(2);
  });

  test("uncrosses edges that were given crossed", () => {
    const layout = layoutGraph(drawn("r a b c x y z", "ra rb rc az by cx"));
    const order = (ids: string): string =>
      ids
        .split("")
        .sort((p, q) => placed(layout, p).x - placed(layout, q).x)
        .join("");

    expect(["abc zyx", "acb zxy", "bac yzx", "bca yxz", "cab xzy", "cba xyz"]).toContain(
      `${order("abc")} ${order("xyz")}`,
    );
  });

  test("runs an edge beside the boxes that it passes, straight down", () => {
    const layout = layoutGraph(drawn("a b c d", "ab bc cd ad"));
    const passing = layout.edges[3]?.points ?? [];
    const [b, c] = [areaOf(placed(layout, "b")), areaOf(placed(layout, "c"))];

    const beside = passing.filter((point) => point.y >= b.top && point.y <= c.bottom);
    expect(beside).toHaveLength(4);
    expect(new Set(beside.map((point) => Math.round(point.x))).size).toBe(1);
    expect(beside[0]?.x ?? 0).not.toBeCloseTo((b.left + b.right) / 2, 0);
  });

  test("sets unconnected parts beside each other", () => {
    const layout = layoutGraph(drawn("a b c d", "ab cd"));

    expect(layout.nodes.map(({ layer }) => layer)).toEqual([0, 1, 0, 1]);
    expect(placed(layout, "c").x).toBeGreaterThan(placed(layout, "a").x);
    expect(placed(layout, "c").y).toBe(placed(layout, "a").y);
  });

  test("draws nothing from nothing", () => {
    expect(layoutGraph({ nodes: [], edges: [] })).toEqual({
      width: 0,
      height: 0,
      nodes: [],
      edges: [],
    });
  });

  test("uses the sizes and gaps that it is given", () => {
    const picture = drawn("a b c", "ab ac");
    const layout = layoutGraph(picture, {
      gapX: 100,
      gapY: 50,
      sizeOf: () => ({ width: 10, height: 20 }),
    });
    const [a, b, c] = [placed(layout, "a"), placed(layout, "b"), placed(layout, "c")];

    expect(c.x - b.x).toBe(110);
    expect(b.y - a.y).toBeGreaterThanOrEqual(70);
    expect(layout.width).toBe(120);
  });

  test("draws a chain of 5,000 and a fan of 5,000 without recursing", () => {
    const ids = [...Array(5_000).keys()].map((index) => `n${index}`);
    const chain = ids.slice(1).map((id, index) => edge(ids[index] ?? "", id));
    const fan = ids.slice(1).map((id) => edge("n0", id));

    expect(layoutGraph({ nodes: ids.map(node), edges: chain }).nodes.at(-1)?.layer).toBe(4_999);
    expect(layoutGraph({ nodes: ids.map(node), edges: fan }).nodes.at(-1)?.layer).toBe(1);
  });

  test("stays within bounds when nearly every edge passes nearly every layer", () => {
    const ids = [...Array(1_000).keys()].map((index) => `n${index}`);
    const edges = ids
      .slice(0, -1)
      .flatMap((id, index) => [edge(id, ids[index + 1] ?? ""), edge(id, "n999")]);
    const layout = layoutGraph({ nodes: ids.map(node), edges });

    const points = layout.edges.reduce((count, it) => count + it.points.length, 0);
    expect(points).toBeLessThan(200_000);
    expect(layout.edges.every((it) => it.points.length >= 2)).toBe(true);
  });

  test.each([
    ["one below the other", (i: number) => edge(`n${i}`, `n${i + 1}`)],
    ["all below one", (i: number) => edge("n0", `n${i + 1}`)],
    ["all above one", (i: number) => edge(`n${i}`, "n9999")],
    ["two below each", (i: number) => edge(`n${i >> 1}`, `n${i + 1}`)],
    ["without edges", undefined],
  ])("draws 10,000 nodes, %s", (_, edgeOf) => {
    const nodes = Array.from({ length: 10_000 }, (_unused, i) => node(`n${i}`));
    const edges =
      edgeOf === undefined ? [] : Array.from({ length: 9_999 }, (_unused, i) => edgeOf(i));

    const areas = layoutGraph({ nodes, edges })
      .nodes.map(areaOf)
      .toSorted((a, b) => a.top - b.top || a.left - b.left);

    expect(areas).toHaveLength(10_000);
    for (const [index, area] of areas.entries()) {
      const next = areas[index + 1];
      if (next !== undefined) expect(overlap(area, next)).toBe(false);
    }
  });

  test("refuses a cycle and shows it", () => {
    const draw = (): GraphLayout => layoutGraph(drawn("a b c d", "ab bc cd db"));

    expect(draw).toThrow(PictureCycleError);
    expect(draw).toThrow('the picture\'s edges form a cycle: "b" -> "c" -> "d" -> "b"');
  });

  test("refuses a node that needs itself", () => {
    expect(() => layoutGraph(drawn("a", "aa"))).toThrow('"a" -> "a"');
  });

  test("refuses an edge that ends nowhere, with the nearest id", () => {
    const draw = (): GraphLayout =>
      layoutGraph({ nodes: [node("rawTable"), node("age")], edges: [edge("rawTabel", "age")] });

    expect(draw).toThrow(UnknownNodeError);
    expect(draw).toThrow('did you mean "rawTable"?');
  });

  test("refuses two nodes of one id", () => {
    expect(() => layoutGraph(drawn("a a", ""))).toThrow(DuplicateNodeError);
  });
});
