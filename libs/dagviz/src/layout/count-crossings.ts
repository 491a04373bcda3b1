import type { FlatLayers } from "./flat-layers.ts";

/** How often edges between adjacent layers cross. @internal */
export function countCrossings(flat: FlatLayers): number {
  let crossings = 0;
  for (const [depth, layer] of flat.layers.entries()) {
    const size = flat.layers[depth + 1]?.length ?? 0;
    if (layer.length > 1 && size > 1) crossings += crossingsBelow(layer, size, flat);
  }
  return crossings;
}

/** Sorts neighbours by their ranks, in place; they are often nearly sorted and few. @internal */
export function sortByRank(neighbours: Int32Array, ranks: Int32Array): void {
  if (neighbours.length > 24) {
    neighbours.sort((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0));
    return;
  }
  for (let end = 1; end < neighbours.length; end += 1) {
    const moved = neighbours[end] ?? 0;
    const place = ranks[moved] ?? 0;
    let at = end;
    for (; at > 0 && (ranks[neighbours[at - 1] ?? 0] ?? 0) > place; at -= 1)
      neighbours[at] = neighbours[at - 1] ?? 0;
    neighbours[at] = moved;
  }
}

/** Counts inversions of the targets' ranks with a Fenwick tree: n log n. */
function crossingsBelow(layer: Int32Array, size: number, { below, ranks }: FlatLayers): number {
  const tree = new Int32Array(size + 1);
  let crossings = 0;
  let passed = 0;
  for (const vertex of layer) {
    const targets = below[vertex] ?? none;
    for (const target of targets) crossings += passed - countUpTo(tree, ranks[target] ?? 0);
    for (const target of targets) insert(tree, ranks[target] ?? 0);
    passed += targets.length;
  }
  return crossings;
}

const none = new Int32Array();

function countUpTo(tree: Int32Array, place: number): number {
  let count = 0;
  for (let at = place + 1; at > 0; at -= at & -at) count += tree[at] ?? 0;
  return count;
}

function insert(tree: Int32Array, place: number): void {
  for (let at = place + 1; at < tree.length; at += at & -at) tree[at] = (tree[at] ?? 0) + 1;
}
