import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countCrossings } from "./count-crossings.ts";
import { type FlatLayers, loadOrder, saveOrder } from "./flat-layers.ts";
import { shakeLayers } from "./shake-layers.ts";
import { type Budget, Sifter } from "./sifter.ts";
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

/** The order with one vertex of a layer at another place. */
function moved(order: readonly Int32Array[], depth: number, vertex: number, place: number) {
  const rest = [...(order[depth] ?? [])].filter((other) => other !== vertex);
  return order.with(depth, Int32Array.from(rest.toSpliced(place, 0, vertex)));
}

describe("Sifter", () => {
  test("tells what each move of each vertex brings, and the best one", () => {
    fc.assert(
      fc.property(flats, (flat) => {
        const sifter = new Sifter(flat, plenty());
        const order = saveOrder(flat);
        const before = countCrossings(flat);

        for (const [depth, layer] of order.entries()) {
          for (const vertex of layer) {
            loadOrder(flat, order);
            const gains = Array.from(layer, (_, place) => sifter.gainOf(vertex, place));
            const best = sifter.bestMove(vertex);

            expect(best.gain).toBe(Math.max(0, ...gains));
            expect(gains[best.place]).toBe(best.gain);
            for (const [place, gain] of gains.entries()) {
              loadOrder(flat, moved(order, depth, vertex, place));
              expect(countCrossings(flat)).toBe(before - gain);
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test("stays where several places are as good", () => {
    const flat: FlatLayers = {
      layers: [Int32Array.of(0, 1, 2), Int32Array.of(3)],
      ranks: Int32Array.of(0, 1, 2, 0),
      above: [[], [], [], [0, 1, 2]].map((all) => Int32Array.from(all)),
      below: [[3], [3], [3], []].map((all) => Int32Array.from(all)),
    };

    expect(new Sifter(flat, plenty()).bestMove(1)).toEqual({ place: 1, gain: 0 });
  });
});

describe("shakeLayers", () => {
  test("leaves no more crossings than before, and no vertex that is better off elsewhere", () => {
    fc.assert(
      fc.property(flats, (flat) => {
        const before = countCrossings(flat);

        shakeLayers(flat, before, plenty());

        expect(countCrossings(flat)).toBeLessThanOrEqual(before);
        const sifter = new Sifter(flat, plenty());
        for (const layer of flat.layers)
          for (const vertex of layer) expect(sifter.bestMove(vertex).gain).toBe(0);
      }),
    );
  });

  test("keeps every vertex in its layer, at the place that its rank says", () => {
    fc.assert(
      fc.property(flats, (flat) => {
        const members = flat.layers.map((layer) => layer.toSorted());

        shakeLayers(flat, countCrossings(flat), plenty());

        expect(flat.layers.map((layer) => layer.toSorted())).toEqual(members);
        for (const layer of flat.layers)
          for (const [place, vertex] of layer.entries()) expect(flat.ranks[vertex]).toBe(place);
      }),
    );
  });

  test("finds an order without crossings that moves of single vertices do not lead to", () => {
    // two pairs of twins: taking one apart crosses as often as before
    const flat: FlatLayers = {
      layers: [Int32Array.of(0, 1, 2, 3), Int32Array.of(4, 5, 6, 7)],
      ranks: Int32Array.of(0, 1, 2, 3, 0, 1, 2, 3),
      above: [[], [], [], [], [2, 3], [2, 3], [0, 1], [0, 1]].map((all) => Int32Array.from(all)),
      below: [[6, 7], [6, 7], [4, 5], [4, 5], [], [], [], []].map((all) => Int32Array.from(all)),
    };
    const crossings = countCrossings(flat);

    shakeLayers(flat, crossings, plenty());

    expect(crossings).toBe(18);
    expect(countCrossings(flat)).toBe(2);
  });

  test("changes nothing without a budget", () => {
    fc.assert(
      fc.property(flats, (flat) => {
        const before = saveOrder(flat);

        shakeLayers(flat, countCrossings(flat), { left: 0 });

        expect(flat.layers).toEqual(before);
      }),
    );
  });

  test("stops soon after its budget is used up", () => {
    fc.assert(
      fc.property(flats, fc.integer({ min: 1, max: 2_000 }), (flat, left) => {
        const budget = { left };

        shakeLayers(flat, countCrossings(flat), budget);

        expect(budget.left).toBeGreaterThan(-400); // one shake at most
      }),
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
