import { countCrossings, sortByRank } from "./count-crossings.ts";
import { flatten, type FlatLayers, loadOrder, rank, saveOrder, unflatten } from "./flat-layers.ts";
import type { Layer } from "./layers-of.ts";
import { randomNumbers } from "./random-numbers.ts";
import { type Budget, siftVertices, swapNeighbours } from "./sift-vertices.ts";
import { startingOrders } from "./starting-orders.ts";

/** Sweeps without progress before giving up. */
const patience = 6;
const mostSweeps = 24;
/** With more vertices than this nobody sees a crossing more or less. */
const mostLookedAt = 1_500;
const fewerComparisons = 1_500_000;
/** Some 40 ms. */
const mostComparisons = 6_000_000;
const mostShakes = 2_000;
const shakenShare = 0.1;
const widestShake = 2;
const reach = 1;

/**
 * Orders each layer so that few edges cross: from several orders to begin with, sweeps down and up that put each vertex
 * between its neighbours, then swaps, then vertices one by one. The best order seen stays.
 *
 * @param effort - a share of the usual number of comparisons.
 * @internal
 */
export function orderLayers(layers: readonly Layer[], effort: number): void {
  const flat = flatten(layers);
  const isLarge = flat.ranks.length > mostLookedAt;
  const budget: Budget = { left: effort * (isLarge ? fewerComparisons : mostComparisons) };
  let best = { order: saveOrder(flat), crossings: countCrossings(flat) };
  for (const start of startingOrders(flat)) {
    if (best.crossings === 0 || budget.left <= 0) break;
    loadOrder(flat, start);
    const found = sweptBest(flat, budget);
    if (found.crossings < best.crossings) best = found;
  }
  best = shakenBest(flat, best, budget);
  loadOrder(flat, best.order);
  unflatten(layers, flat);
}

interface Found {
  readonly order: readonly Int32Array[];
  readonly crossings: number;
}

/** Shuffles a few layers of the best order and settles those around, for as long as the budget lasts. */
function shakenBest(flat: FlatLayers, found: Found, budget: Budget): Found {
  const next = randomNumbers(flat.ranks.length);
  let best = found;
  for (let shake = 0; shake < mostShakes && best.crossings > 0 && budget.left > 0; shake += 1) {
    loadOrder(flat, best.order);
    const first = Math.floor(next() * flat.layers.length);
    const last = first + 1 + Math.floor(next() * widestShake);
    for (const layer of flat.layers.slice(first, last)) shuffle(layer, flat.ranks, next);
    const around = { ...flat, layers: flat.layers.slice(Math.max(0, first - reach), last + reach) };
    swapNeighbours(around, budget);
    while (siftVertices(around, budget) > 0);
    const crossings = countCrossings(flat);
    budget.left -= flat.ranks.length;
    if (crossings <= best.crossings) best = { order: saveOrder(flat), crossings };
  }
  return best;
}

/** Exchanges a few pairs of vertices. */
function shuffle(layer: Int32Array, ranks: Int32Array, next: () => number): void {
  if (layer.length < 2) return;
  for (let count = Math.ceil(layer.length * shakenShare); count > 0; count -= 1) {
    const [a, b] = [Math.floor(next() * layer.length), Math.floor(next() * layer.length)];
    [layer[a], layer[b]] = [layer[b] ?? 0, layer[a] ?? 0];
  }
  rank(layer, ranks);
}

function sweptBest(flat: FlatLayers, budget: Budget): Found {
  let best: Found = { order: saveOrder(flat), crossings: countCrossings(flat) };
  let stale = 0;
  for (let sweep = 0; sweep < mostSweeps && stale < patience && best.crossings > 0; sweep += 1) {
    sweepOnce(flat, sweep, budget);
    swapNeighbours(flat, budget);
    const crossings = countCrossings(flat);
    stale = crossings < best.crossings ? 0 : stale + 1;
    if (crossings < best.crossings) best = { order: saveOrder(flat), crossings };
    if (budget.left <= 0) break;
  }
  loadOrder(flat, best.order);
  while (best.crossings > 0 && siftVertices(flat, budget) > 0);
  return { order: saveOrder(flat), crossings: countCrossings(flat) };
}

/** Every other pair of sweeps turns ties around, so that equals do not stand in the way of others for ever. */
function sweepOnce(flat: FlatLayers, sweep: number, budget: Budget): void {
  const isDown = sweep % 2 === 0;
  const tie = sweep % 4 < 2 ? 1 : -1;
  const neighbours = isDown ? flat.above : flat.below;
  const pulls = new Float64Array(flat.ranks.length);
  for (const layer of isDown ? flat.layers : flat.layers.toReversed()) {
    for (const vertex of layer)
      pulls[vertex] = (sweep % 8 < 4 ? median : barycentre)(
        neighbours[vertex] ?? none,
        flat.ranks,
        flat.ranks[vertex] ?? 0,
      );
    layer.sort(
      (a, b) =>
        (pulls[a] ?? 0) - (pulls[b] ?? 0) || tie * ((flat.ranks[a] ?? 0) - (flat.ranks[b] ?? 0)),
    );
    rank(layer, flat.ranks);
    budget.left -= layer.length;
  }
}

const none = new Int32Array();

/** The median of the neighbours' places; of an even number, the middle two weighed by how close the others are. */
function median(neighbours: Int32Array, ranks: Int32Array, otherwise: number): number {
  const count = neighbours.length;
  const at = (index: number): number => ranks[neighbours[index] ?? 0] ?? 0;
  if (count === 0) return otherwise;
  sortByRank(neighbours, ranks);
  const middle = count >> 1;
  if (count % 2 === 1) return at(middle);
  if (count === 2) return (at(0) + at(1)) / 2;
  const left = at(middle - 1) - at(0);
  const right = at(count - 1) - at(middle);
  if (left + right === 0) return (at(middle - 1) + at(middle)) / 2;
  return (at(middle - 1) * right + at(middle) * left) / (left + right);
}

function barycentre(neighbours: Int32Array, ranks: Int32Array, otherwise: number): number {
  if (neighbours.length === 0) return otherwise;
  let sum = 0;
  for (const neighbour of neighbours) sum += ranks[neighbour] ?? 0;
  return sum / neighbours.length;
}
