/**
 * What a picture costs: layout alone, and the whole SVG, in milliseconds; the best of several.
 *
 * Run with `node --conditions=@weirflow/source test/bench/dagviz.ts`.
 */
import { type GraphPicture, graphSvg, layoutGraph } from "@weirflow/dagviz";

const rows: Record<string, Record<string, number>> = {};
for (const [name, edgesPerNode] of [
  ["sparse", 1.2],
  ["dense", 2],
] as const) {
  for (const nodes of [200, 2_000, 10_000]) {
    const picture = random(nodes, Math.round(nodes * edgesPerNode));
    rows[`${name} ${nodes}`] = {
      edges: picture.edges.length,
      "layout ms": best(() => layoutGraph(picture), nodes > 2_000 ? 3 : 7),
      "at effort 0.1": best(() => layoutGraph(picture, { effort: 0.1 }), 3),
      "SVG ms": best(() => graphSvg(picture), 2),
      "SVG KB": Math.round(graphSvg(picture).length / 1_000),
    };
  }
}
console.table(rows);

/** Nodes take one of the fifty before them, and now and then any other. */
function random(count: number, edges: number): GraphPicture {
  const next = randomNumbers(7);
  const id = (index: number): string => `node${index}`;
  return {
    nodes: Array.from({ length: count }, (_, i) => ({
      id: id(i),
      label: id(i),
      kind: i % 9 === 0 ? "input" : "function",
      status: "succeeded",
    })),
    edges: Array.from({ length: edges }, (_, i) => {
      const to = 1 + (i % (count - 1));
      const reach = i % 10 === 0 ? to : Math.min(to, 50);
      return { from: id(to - 1 - Math.floor(next() * reach)), to: id(to) };
    }),
  };
}

function best(draw: () => unknown, count: number): number {
  const times = Array.from({ length: count }, () => {
    const start = performance.now();
    draw();
    return performance.now() - start;
  });
  return Math.round(Math.min(...times) * 10) / 10;
}

function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
