import { sortByRank } from "./count-crossings.ts";
import { type FlatLayers, rank } from "./flat-layers.ts";

/** Comparisons that may still be made; when none are left, a picture keeps the order that it has. @internal */
export interface Budget {
  left: number;
}

/**
 * Swaps neighbours in their layers for as long as that uncrosses edges.
 *
 * @returns how many crossings went.
 * @internal
 */
export function swapNeighbours(flat: FlatLayers, budget: Budget): number {
  let gone = 0;
  for (let round = 1; round > 0 && budget.left > 0;) {
    round = 0;
    for (const layer of flat.layers) round += swapIn(layer, flat, budget);
    gone += round;
  }
  return gone;
}

/**
 * Takes each vertex out of its layer and puts it where fewest edges cross.
 *
 * @returns how many crossings went.
 * @internal
 */
export function siftVertices(flat: FlatLayers, budget: Budget): number {
  let gone = 0;
  for (const layer of flat.layers) {
    sortSides(layer, flat);
    for (const vertex of layer.slice()) {
      if (budget.left <= 0) return gone;
      gone += sift(vertex, layer, flat, budget);
    }
  }
  return gone;
}

function swapIn(layer: Int32Array, flat: FlatLayers, budget: Budget): number {
  let gone = 0;
  sortSides(layer, flat);
  for (let place = 1; place < layer.length; place += 1) {
    const [left = 0, right = 0] = [layer[place - 1], layer[place]];
    const gain = swapGain(left, right, flat, budget);
    if (gain <= 0) continue;
    gone += gain;
    layer[place - 1] = right;
    layer[place] = left;
  }
  if (gone > 0) rank(layer, flat.ranks);
  return gone;
}

function sift(vertex: number, layer: Int32Array, flat: FlatLayers, budget: Budget): number {
  const start = flat.ranks[vertex] ?? 0;
  let [best, most, gain] = [start, 0, 0];
  for (let place = start + 1; place < layer.length; place += 1) {
    gain += swapGain(vertex, layer[place] ?? 0, flat, budget);
    if (gain > most) [best, most] = [place, gain];
  }
  gain = 0;
  for (let place = start - 1; place >= 0; place -= 1) {
    gain += swapGain(layer[place] ?? 0, vertex, flat, budget);
    if (gain > most) [best, most] = [place, gain];
  }
  if (most > 0) move(layer, start, best);
  if (most > 0) rank(layer, flat.ranks);
  return most;
}

function move(layer: Int32Array, from: number, to: number): void {
  const moved = layer[from] ?? 0;
  if (from < to) layer.copyWithin(from, from + 1, to + 1);
  else layer.copyWithin(to + 1, to, from);
  layer[to] = moved;
}

function sortSides(layer: Int32Array, { above, below, ranks }: FlatLayers): void {
  for (const vertex of layer) {
    sortByRank(above[vertex] ?? none, ranks);
    sortByRank(below[vertex] ?? none, ranks);
  }
}

const none = new Int32Array();

function swapGain(
  left: number,
  right: number,
  { above, below, ranks }: FlatLayers,
  budget: Budget,
): number {
  return (
    sideGain(above[left] ?? none, above[right] ?? none, ranks, budget) +
    sideGain(below[left] ?? none, below[right] ?? none, ranks, budget)
  );
}

/** Pairs that cross now less those that would cross then. Both sorted by rank. */
function sideGain(left: Int32Array, right: Int32Array, ranks: Int32Array, budget: Budget): number {
  budget.left -= left.length + right.length + 1;
  if (left.length === 1 && right.length === 1)
    return Math.sign((ranks[left[0] ?? 0] ?? 0) - (ranks[right[0] ?? 0] ?? 0));
  return crossingPairs(left, right, ranks) - crossingPairs(right, left, ranks);
}

function crossingPairs(left: Int32Array, right: Int32Array, ranks: Int32Array): number {
  let [smaller, count] = [0, 0];
  for (const vertex of left) {
    const place = ranks[vertex] ?? 0;
    while (smaller < right.length && (ranks[right[smaller] ?? 0] ?? 0) < place) smaller += 1;
    count += smaller;
  }
  return count;
}
