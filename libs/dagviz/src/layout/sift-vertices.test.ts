import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countCrossings } from "./count-crossings.ts";
import { type FlatLayers, loadOrder, saveOrder } from "./flat-layers.ts";
import { type Budget, siftVertices, swapNeighbours } from "./sift-vertices.ts";
import { startingOrders } from "./starting-orders.ts";

/** Three layers of `width` vertices each, joined at random. */
const flats: fc.Arbitrary<FlatLayers> = fc
  .record({
    width: fc.integer({ min: 1, max: 7 }),
    pairs: fc.uniqueArray(fc.tuple(fc.nat({ max: 13 }), fc.nat({ max: 6 })), {
      selector: String,
      maxLength: 25,
    }),
  })
  .map(({ width, pairs }) => {
    const edges = pairs
      .filter(([from, to]) => from < 2 * width && to < width)
      .map(([from, to]) => [from, (Math.floor(from / width) + 1) * width + to] as const);
    const vertices = Array.from({ length: 3 * width }, (_, index) => index);
    return {
      layers: [0, 1, 2].map((depth) =>
        Int32Array.from(vertices.slice(depth * width, (depth + 1) * width)),
      ),
      ranks: Int32Array.from(vertices, (vertex) => vertex % width),
      above: vertices.map((vertex) =>
        Int32Array.from(edges.filter(([, to]) => to === vertex).map(([from]) => from)),
      ),
      below: vertices.map((vertex) =>
        Int32Array.from(edges.filter(([from]) => from === vertex).map(([, to]) => to)),
      ),
    };
  });

const plenty = (): Budget => ({ left: 1e9 });

describe.each([
  ["swapNeighbours", swapNeighbours],
  ["siftVertices", siftVertices],
])("%s", (_, settle) => {
  test("tells how many crossings it took away", () => {
    fc.assert(
      fc.property(flats, (flat) => {
        const before = countCrossings(flat);

        const gone = settle(flat, plenty());

        expect(gone).toBeGreaterThanOrEqual(0);
        expect(countCrossings(flat)).toBe(before - gone);
      }),
    );
  });

  test("keeps every vertex in its layer, at the place that its rank says", () => {
    fc.assert(
      fc.property(flats, (flat) => {
        const members = flat.layers.map((layer) => layer.toSorted());

        settle(flat, plenty());

        expect(flat.layers.map((layer) => layer.toSorted())).toEqual(members);
        for (const layer of flat.layers)
          for (const [place, vertex] of layer.entries()) expect(flat.ranks[vertex]).toBe(place);
      }),
    );
  });

  test("changes nothing without a budget", () => {
    fc.assert(
      fc.property(flats, (flat) => {
        const before = saveOrder(flat);

        expect(settle(flat, { left: 0 })).toBe(0);
        expect(flat.layers).toEqual(before);
      }),
    );
  });
});

describe("siftVertices", () => {
  test("leaves no vertex that would cross fewer edges elsewhere in its layer", () => {
    fc.assert(
      fc.property(flats, (flat) => {
        while (siftVertices(flat, plenty()) > 0);
        const settled = countCrossings(flat);
        const order = saveOrder(flat);

        for (const [depth, layer] of order.entries()) {
          for (const vertex of layer) {
            const rest = [...layer].filter((other) => other !== vertex);
            for (let place = 0; place <= rest.length; place += 1) {
              const moved = Int32Array.from(rest.toSpliced(place, 0, vertex));
              loadOrder(flat, order.with(depth, moved));
              expect(countCrossings(flat)).toBeGreaterThanOrEqual(settled);
            }
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("startingOrders", () => {
  test("begins with the given order and keeps every vertex in its layer", () => {
    fc.assert(
      fc.property(flats, (flat) => {
        const given = saveOrder(flat);

        const orders = [...startingOrders(flat)];

        expect(orders[0]).toEqual(given);
        expect(orders.length).toBeGreaterThan(1);
        for (const order of orders)
          expect(order.map((layer) => layer.toSorted())).toEqual(
            given.map((layer) => layer.toSorted()),
          );
      }),
    );
  });
});
