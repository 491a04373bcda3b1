import { readFileSync } from "node:fs";
import type { GraphPicture } from "../src/graph-picture.ts";
import { randomNumbers } from "../src/layout/random-numbers.ts";

/** A graph of the corpus. */
export interface Sample {
  readonly name: string;
  readonly picture: GraphPicture;
}

type Pair = readonly [from: number, to: number];

/** Real graphs, textbook shapes and random graphs of 7 to 200 nodes; the same ones every time. */
export function corpus(): readonly Sample[] {
  return [...realGraphs(), ...shapes(), ...randomGraphs(), ...severalParts()];
}

/** From `real-graphs.txt`: a line `# name`, then a line `from to` for each edge. */
function realGraphs(): readonly Sample[] {
  const text = readFileSync(new URL("real-graphs.txt", import.meta.url), "utf8");
  return text
    .split("# ")
    .slice(1)
    .map((section) => {
      const [name = "", ...lines] = section.trim().split("\n");
      const edges = lines.map((line) => {
        const [from = "", to = ""] = line.split(" ");
        return { from, to };
      });
      return { name, picture: pictured(edges) };
    });
}

function shapes(): readonly Sample[] {
  return [
    sample("diamonds 8", diamonds(8)),
    sample("tree of 2, 63 nodes", tree(63, 2)),
    sample("tree of 3, upside down", tree(40, 3).map(turned)),
    sample("grid 5 × 5", grid(5)),
    sample("grid 9 × 9", grid(9)),
    sample("bipartite 6 + 6, dense", bipartite(6, 6, 20)),
    sample("bipartite 12 + 8", bipartite(12, 8, 36)),
    sample("bipartite 20 + 20", bipartite(20, 20, 45)),
    sample("fan out and in, 12", fan(12)),
    sample("chain with skips", skips(16)),
    sample("butterfly 3", butterfly(3)),
    sample("pipeline of 6 × 5", pipeline(6, 5)),
  ];
}

function randomGraphs(): readonly Sample[] {
  const sizes: readonly (readonly [nodes: number, edges: number])[] = [
    [10, 12],
    [10, 20],
    [15, 20],
    [20, 25],
    [20, 40],
    [30, 35],
    [30, 60],
    [50, 60],
    [50, 90],
    [80, 100],
    [100, 120],
    [150, 180],
    [200, 230],
  ];
  return sizes.map(([nodes, edges], seed) =>
    sample(`random ${nodes} nodes, ${edges} edges`, near(nodes, edges, seed + 1)),
  );
}

function severalParts(): readonly Sample[] {
  const parts = [diamonds(2), tree(15, 2), near(20, 26, 7), fan(5), grid(3)];
  let first = 0;
  const pairs = parts.flatMap((part) => {
    const moved = part.map(([from, to]): Pair => [from + first, to + first]);
    first += Math.max(...part.flat()) + 1;
    return moved;
  });
  return [sample("five parts", pairs)];
}

function diamonds(count: number): readonly Pair[] {
  return range(count).flatMap((index): Pair[] => {
    const top = index * 3;
    return [
      [top, top + 1],
      [top, top + 2],
      [top + 1, top + 3],
      [top + 2, top + 3],
    ];
  });
}

function tree(size: number, children: number): readonly Pair[] {
  return range(size - 1).map((index): Pair => [Math.floor(index / children), index + 1]);
}

function turned([from, to]: Pair): Pair {
  return [1_000 - to, 1_000 - from];
}

function grid(side: number): readonly Pair[] {
  return range(side * side).flatMap((at): Pair[] => [
    ...((at + 1) % side === 0 ? [] : [[at, at + 1] as const]),
    ...(at + side < side * side ? [[at, at + side] as const] : []),
  ]);
}

function bipartite(upper: number, lower: number, edges: number): readonly Pair[] {
  const next = randomNumbers(upper * lower);
  return unique(
    range(edges).map((): Pair => [Math.floor(next() * upper), upper + Math.floor(next() * lower)]),
  );
}

function fan(width: number): readonly Pair[] {
  return range(width).flatMap((index): Pair[] => [
    [0, index + 1],
    [index + 1, width + 1],
  ]);
}

function skips(length: number): readonly Pair[] {
  return range(length).flatMap((at): Pair[] => [
    [at, at + 1],
    ...(at % 3 === 0 && at + 4 <= length ? [[at, at + 4] as const] : []),
    ...(at % 5 === 0 && at + 7 <= length ? [[at, at + 7] as const] : []),
  ]);
}

/** The stages of a fast Fourier transform. */
function butterfly(stages: number): readonly Pair[] {
  const width = 2 ** stages;
  return range(stages * width).flatMap((at): Pair[] => {
    const [stage, lane] = [Math.floor(at / width), at % width];
    return [
      [at, at + width],
      [at, (stage + 1) * width + (lane ^ (1 << stage))],
    ];
  });
}

/** Columns through stages that all take one set of parameters: what a dataflow often looks like. */
function pipeline(columns: number, stages: number): readonly Pair[] {
  const parameters = columns * stages;
  return range(parameters).flatMap((at): Pair[] => [
    ...(at + columns < parameters ? [[at, at + columns] as const] : []),
    ...(at % 7 === 0 ? [[parameters, at] as const] : []),
    ...(at >= parameters - columns ? [[at, parameters + 1] as const] : []),
  ]);
}

/** Edges between nodes not too far apart, as in programs: a third reaches anywhere. */
function near(nodes: number, edges: number, seed: number): readonly Pair[] {
  const next = randomNumbers(seed);
  const reach = Math.max(4, nodes / 5);
  return unique(
    range(edges).map((index): Pair => {
      const to = 1 + Math.floor(next() * (nodes - 1));
      const back = 1 + Math.floor(next() * (index % 3 === 0 ? nodes : reach));
      return [Math.max(0, to - back), to];
    }),
  );
}

function unique(pairs: readonly Pair[]): readonly Pair[] {
  return [...new Map(pairs.map((pair) => [pair.join(), pair])).values()];
}

function sample(name: string, pairs: readonly Pair[]): Sample {
  return {
    name,
    picture: pictured(pairs.map(([from, to]) => ({ from: `n${from}`, to: `n${to}` }))),
  };
}

/** A picture of edges, and of the nodes that they name. */
export function pictured(edges: GraphPicture["edges"]): GraphPicture {
  const ids = [...new Set(edges.flatMap(({ from, to }) => [from, to]))];
  return { nodes: ids.map((id) => ({ id, label: id, kind: "function" })), edges };
}

function range(count: number): readonly number[] {
  return [...Array(count).keys()];
}
