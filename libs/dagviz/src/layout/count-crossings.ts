import type { Layer } from "./layers-of.ts";
import type { Vertex } from "./vertex.ts";

/** How often edges between adjacent layers cross. @internal */
export function countCrossings(layers: readonly Layer[]): number {
  let crossings = 0;
  for (const [index, layer] of layers.entries()) {
    const below = layers[index + 1]?.length ?? 0;
    if (layer.length > 1 && below > 1) crossings += crossingsBelow(layer, below);
  }
  return crossings;
}

/** Ascending ranks of neighbours. @internal */
export function ranksOf(neighbours: readonly Vertex[]): number[] {
  const ranks = neighbours.map((vertex) => vertex.rank);
  return ranks.length < 2 ? ranks : ranks.sort((a, b) => a - b);
}

/** Counts inversions of the targets' ranks with a Fenwick tree: n log n. */
function crossingsBelow(layer: Layer, size: number): number {
  const tree = new Int32Array(size + 1);
  let crossings = 0;
  let passed = 0;
  for (const vertex of layer) {
    const ranks = ranksOf(vertex.below);
    for (const rank of ranks) crossings += passed - countUpTo(tree, rank);
    for (const rank of ranks) insert(tree, rank);
    passed += ranks.length;
  }
  return crossings;
}

function countUpTo(tree: Int32Array, rank: number): number {
  let count = 0;
  for (let at = rank + 1; at > 0; at -= at & -at) count += tree[at] ?? 0;
  return count;
}

function insert(tree: Int32Array, rank: number): void {
  for (let at = rank + 1; at < tree.length; at += at & -at) tree[at] = (tree[at] ?? 0) + 1;
}
