import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countCrossings as countFlat } from "./count-crossings.ts";
import { flatten } from "./flat-layers.ts";
import { type Layer, numberRanks } from "./layers-of.ts";
import { orderLayers } from "./order-layers.ts";
import { packParts } from "./pack-parts.ts";
import { placeAcross } from "./place-across.ts";
import { portsOf } from "./route-link.ts";
import { straightenBends } from "./straighten-bends.ts";
import { type Box, join, newBend, newBox, type Vertex } from "./vertex.ts";

const box = (width = 10): Box => newBox("box", { width, height: 10 });

/** Layers of boxes with random edges between neighbours. */
const layered: fc.Arbitrary<readonly Layer[]> = fc
  .array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 4 })
  .chain((sizes) =>
    fc.record({
      layers: fc.constant(sizes).map((all) => all.map((size) => [...Array(size).keys()])),
      widths: fc.array(fc.integer({ min: 5, max: 80 }), { minLength: 24, maxLength: 24 }),
      picks: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { maxLength: 20 }),
    }),
  )
  .map(({ layers, widths, picks }) => {
    const made: readonly Layer[] = layers.map((layer, depth) =>
      layer.map((index) => box(widths[(depth * 6 + index) % 24])),
    );
    for (const [depth, from, to] of picks) {
      const upper = made[depth % (made.length - 1)] ?? [];
      const lower = made[(depth % (made.length - 1)) + 1] ?? [];
      const [a, b] = [upper[from % upper.length], lower[to % lower.length]];
      if (a !== undefined && b !== undefined && !a.below.includes(b)) join(a, b);
    }
    for (const layer of made) numberRanks(layer);
    return made;
  });

const countCrossings = (layers: readonly Layer[]): number => countFlat(flatten(layers));
const crossingsByHand = (layers: readonly Layer[]): number => {
  let count = 0;
  for (const layer of layers) {
    const edges = layer.flatMap((from) => from.below.map((to) => [from.rank, to.rank] as const));
    for (const [a, b] of edges) for (const [c, d] of edges) if (a < c && b > d) count += 1;
  }
  return count;
};

describe("countCrossings", () => {
  test("counts every pair of edges that cross", () => {
    fc.assert(
      fc.property(layered, (layers) => {
        expect(countCrossings(layers)).toBe(crossingsByHand(layers));
      }),
    );
  });
});

describe("orderLayers", () => {
  test("never makes more crossings and loses no vertex", () => {
    fc.assert(
      fc.property(layered, (layers) => {
        const before = countCrossings(layers);
        const members = layers.map((layer) => new Set(layer));

        orderLayers(layers, 1);

        expect(countCrossings(layers)).toBeLessThanOrEqual(before);
        expect(layers.map((layer) => new Set(layer))).toEqual(members);
        for (const layer of layers)
          expect(layer.map((vertex) => vertex.rank)).toEqual([...layer.keys()]);
      }),
    );
  });

  test("finds the order without crossings of a twisted ladder", () => {
    const [upper, lower] = [
      Array.from({ length: 6 }, () => box()),
      Array.from({ length: 6 }, () => box()),
    ];
    for (const [index, top] of upper.entries()) {
      const bottom = lower[5 - index];
      if (bottom !== undefined) join(top, bottom);
    }
    for (const layer of [upper, lower]) numberRanks(layer);
    expect(countCrossings([upper, lower])).toBe(15);

    orderLayers([upper, lower], 1);

    expect(countCrossings([upper, lower])).toBe(0);
  });
});

describe("placeAcross", () => {
  test("keeps the order and the gap in every layer", () => {
    fc.assert(
      fc.property(layered, (layers) => {
        placeAcross(layers, 20);

        for (const layer of layers) {
          for (const [index, right] of layer.entries()) {
            const left = layer[index - 1];
            if (left === undefined) continue;
            const distance = right.x - right.width / 2 - (left.x + left.width / 2);
            expect(distance).toBeGreaterThanOrEqual(20 - 1e-6);
          }
        }
      }),
    );
  });

  test("centres a box over the two that it feeds", () => {
    const [top, left, right] = [box(), box(), box()];
    join(top, left);
    join(top, right);

    placeAcross([[top], [left, right]], 20);

    expect(top.x).toBeCloseTo((left.x + right.x) / 2);
    expect(right.x - left.x).toBeCloseTo(30);
  });

  test("keeps a chain of bends straight beside a wide box", () => {
    const [start, wide, end] = [box(), box(200), box()];
    const bends = [1, 2].map(newBend);
    const [first, second] = bends;
    if (first === undefined || second === undefined) throw new Error("two bends");
    join(start, wide);
    join(start, first);
    join(first, second);
    join(second, end);

    placeAcross([[start], [wide, first], [second], [end]], 20);

    expect(Math.abs(first.x - second.x)).toBeLessThan(3);
  });
});

describe("straightenBends", () => {
  const chain = (...xs: readonly number[]): readonly Vertex[] => {
    const bends = xs.map((x, layer) => Object.assign(newBend(layer), { x }));
    for (const [index, bend] of bends.entries()) {
      const next = bends[index + 1];
      if (next !== undefined) join(bend, next);
    }
    return bends;
  };
  const ranked = (layers: readonly Layer[]): readonly Layer[] => {
    for (const layer of layers) numberRanks(layer);
    return layers;
  };

  test("puts bends straight below each other where nothing is in the way", () => {
    const bends = chain(0, 9, 3);

    straightenBends(ranked(bends.map((bend) => [bend])), 20);

    expect(bends.map((bend) => bend.x)).toEqual([4, 4, 4]);
  });

  test("goes as near to the middle as the boxes beside allow", () => {
    const bends = chain(0, 30);
    const beside = Object.assign(box(10), { x: 0 });

    straightenBends(ranked([bends.slice(0, 1), [beside, ...bends.slice(1)]]), 20);

    expect(bends.map((bend) => bend.x)).toEqual([22, 22]);
  });

  test("bends an edge where no straight way is free", () => {
    const bends = chain(0, 0, 100, 102);
    const [left, right] = [Object.assign(box(10), { x: 50 }), Object.assign(box(10), { x: 50 })];

    straightenBends(
      ranked([
        bends.slice(0, 1),
        [...bends.slice(1, 2), left],
        [right, ...bends.slice(2, 3)],
        bends.slice(3),
      ]),
      20,
    );

    expect(bends.map((bend) => bend.x)).toEqual([0, 0, 101, 101]);
  });

  test("keeps the order and the gaps of random layers", () => {
    const widths = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(widths, fc.integer({ min: 1, max: 1_000 }), (lefts, seed) => {
        const bends = chain(...lefts.map(() => 0));
        const layers = ranked(
          lefts.map((count, depth) => [
            ...Array.from({ length: count }, () => box(10 + ((seed * (depth + 1)) % 50))),
            ...bends.slice(depth, depth + 1),
            ...Array.from({ length: (seed * depth) % 4 }, () => box()),
          ]),
        );
        placeAcross(layers, 20);

        straightenBends(layers, 20);

        for (const layer of layers) {
          for (const [index, right] of layer.entries()) {
            const left = layer[index - 1];
            if (left === undefined) continue;
            const distance = right.x - right.width / 2 - (left.x + left.width / 2);
            expect(distance).toBeGreaterThanOrEqual(15 - 1e-6);
          }
        }
      }),
    );
  });
});

describe("portsOf", () => {
  test("spreads arrivals from left to right around the middle", () => {
    const target = box(100);
    const sources = [300, -50, 20].map((x) => Object.assign(box(), { x }));
    for (const source of sources) join(source, target);

    const ports = portsOf(target);

    expect(sources.map((source) => ports.get(source))).toEqual([16, -16, 0]);
  });

  test("squeezes many arrivals into the box", () => {
    const target = box(60);
    const sources = [...Array(50).keys()].map((x) => Object.assign(box(), { x }));
    for (const source of sources) join(source, target);

    const offsets = [...portsOf(target).values()];

    expect(Math.min(...offsets)).toBeCloseTo(-16);
    expect(Math.max(...offsets)).toBeCloseTo(16);
  });
});

describe("packParts", () => {
  test("fills the room below short parts", () => {
    const { places } = packParts(
      [
        { width: 100, height: 100 },
        { width: 60, height: 40 },
        { width: 60, height: 40 },
      ],
      10,
    );

    expect(places).toEqual([
      { x: 0, y: 0 },
      { x: 110, y: 0 },
      { x: 110, y: 50 },
    ]);
  });

  test("fills a frame of 1.6 to 1 well", () => {
    const sizes = Array.from({ length: 40 }, (_, index) => ({
      width: 40 + ((index * 37) % 90),
      height: 40 + ((index * 53) % 120),
    }));
    const { width, height } = packParts(sizes, 5);

    const area = sizes.reduce((sum, size) => sum + size.width * size.height, 0);
    expect(area / (Math.max(width / 1.6, height) ** 2 * 1.6)).toBeGreaterThan(0.6);
  });

  test("overlaps nothing and keeps the gap", () => {
    const sizes = fc.array(
      fc.record({
        width: fc.integer({ min: 1, max: 90 }),
        height: fc.integer({ min: 1, max: 90 }),
      }),
      { maxLength: 15 },
    );
    fc.assert(
      fc.property(sizes, (all) => {
        const { places, width, height } = packParts(all, 5);

        for (const [i, a] of places.entries()) {
          const sizeA = all[i] ?? { width: 0, height: 0 };
          expect(a.x + sizeA.width).toBeLessThanOrEqual(width);
          expect(a.y + sizeA.height).toBeLessThanOrEqual(height);
          for (const [j, b] of places.entries()) {
            const sizeB = all[j] ?? { width: 0, height: 0 };
            const apart =
              a.x + sizeA.width + 5 <= b.x ||
              b.x + sizeB.width + 5 <= a.x ||
              a.y + sizeA.height + 5 <= b.y ||
              b.y + sizeB.height + 5 <= a.y;
            expect(i === j || apart).toBe(true);
          }
        }
      }),
    );
  });
});
