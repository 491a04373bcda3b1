import { describe, expect, test } from "vitest";
import { corpus, type Sample } from "../../corpus/corpus.ts";
import { graphvizPolylines } from "../../corpus/graphviz.ts";
import { heldOut } from "../../corpus/held-out.ts";
import { crossingsOf, polylinesOf } from "../../corpus/polylines.ts";
import { layoutGraph } from "./layout-graph.ts";
import { randomNumbers } from "./random-numbers.ts";

/** One picture may have so many more crossings than Graphviz makes; all together have fewer. */
const marginRatio = 0.1;
const marginCount = 3;

interface Figure {
  readonly name: string;
  readonly ours: number;
  readonly dot: number;
}

async function compared(samples: readonly Sample[]): Promise<readonly Figure[]> {
  return await Promise.all(
    samples.map(async ({ name, picture }) => ({
      name,
      ours: crossingsOf(polylinesOf(layoutGraph(picture))),
      dot: crossingsOf(await graphvizPolylines(picture)),
    })),
  );
}

const figures = await compared(corpus());
const unseen = await compared(heldOut());
const sum = (key: "ours" | "dot", of = figures): number =>
  of.reduce((total, figure) => total + figure[key], 0);

describe("layoutGraph beside Graphviz", () => {
  test("has at least 25 graphs to be compared by, most with crossings in one or the other", () => {
    expect(figures.length).toBeGreaterThanOrEqual(25);
    expect(figures.filter(({ ours, dot }) => ours + dot > 0).length).toBeGreaterThanOrEqual(15);
  });

  test("crosses edges no more often in sum", () => {
    expect(sum("ours")).toBeLessThanOrEqual(sum("dot"));
  });

  test.each(figures)("crosses edges about as rarely in $name", ({ ours, dot }) => {
    expect(ours).toBeLessThanOrEqual(dot * (1 + marginRatio) + marginCount);
  });

  test("finds the drawings without crossings of grids, trees and diamonds", () => {
    const planar = figures.filter(({ name }) => /^(grid|tree|diamonds|fan|chain)/.test(name));

    expect(planar.map(({ ours }) => ours)).toEqual(planar.map(() => 0));
  });
});

describe("layoutGraph beside Graphviz, of graphs that it was not made with", () => {
  test("crosses edges no more often in sum", () => {
    expect(unseen).toHaveLength(30);
    expect(sum("ours", unseen)).toBeLessThanOrEqual(sum("dot", unseen));
  });

  test.each(unseen)("crosses edges about as rarely in $name", ({ ours, dot }) => {
    expect(ours).toBeLessThanOrEqual(dot * (1 + marginRatio) + 2 * marginCount);
  });
});

describe("layoutGraph given nodes and edges in another order", () => {
  test("crosses edges about as rarely", () => {
    const next = randomNumbers(5);
    const shuffled = <T>(all: readonly T[]): readonly T[] =>
      all
        .map((one) => ({ one, key: next() }))
        .sort((a, b) => a.key - b.key)
        .map(({ one }) => one);

    const total = corpus().reduce((count, { picture: { nodes, edges } }) => {
      const layout = layoutGraph({ nodes: shuffled(nodes), edges: shuffled(edges) });
      return count + crossingsOf(polylinesOf(layout));
    }, 0);

    expect(total).toBeLessThanOrEqual(sum("ours") * 1.1);
    expect(total).toBeGreaterThanOrEqual(sum("ours") * 0.9);
  });
});

describe("layoutGraph with less effort", () => {
  test("finds fewer of the crossings that can go", () => {
    const crossings = (effort: number): number =>
      corpus().reduce(
        (count, { picture }) => count + crossingsOf(polylinesOf(layoutGraph(picture, { effort }))),
        0,
      );

    expect(crossings(0)).toBeGreaterThan(crossings(0.1));
    expect(crossings(0.1)).toBeGreaterThan(sum("ours"));
    expect(crossings(0.1)).toBeLessThan(sum("ours") * 1.4);
  });
});

describe("crossingsOf", () => {
  const line = (name: string, ...points: readonly (readonly [number, number])[]) => ({
    from: `${name} from`,
    to: `${name} to`,
    points: points.map(([x, y]) => ({ x, y })),
  });

  test("counts where lines cross, each place once", () => {
    const wave = line("wave", [0, 0], [10, 10], [0, 20]);
    const straight = line("straight", [7, 0], [7, 20]);

    expect(crossingsOf([wave, straight])).toBe(2);
    expect(crossingsOf([wave, line("beside", [11, 0], [11, 20])])).toBe(0);
  });

  test("does not count lines that begin or end at one box", () => {
    const [a, b] = [line("a", [0, 0], [10, 10]), line("b", [10, 0], [0, 10])];

    expect(crossingsOf([a, b])).toBe(1);
    expect(crossingsOf([a, { ...b, from: a.from }])).toBe(0);
    expect(crossingsOf([a, { ...b, to: a.from }])).toBe(0);
  });
});
