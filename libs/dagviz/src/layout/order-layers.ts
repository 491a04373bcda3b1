import { countCrossings, sortByRank } from "./count-crossings.ts";
import { flatten, type FlatLayers, loadOrder, rank, saveOrder, unflatten } from "./flat-layers.ts";
import type { Layer } from "./layers-of.ts";
import { shakeLayers } from "./shake-layers.ts";
import type { Budget } from "./sifter.ts";
import { startingOrders } from "./starting-orders.ts";

/** Sweeps without progress before giving up. */
const patience = 6;
/** Of all comparisons; the others are left for shakes. */
const sweptShare = 0.4;
/** Comparisons that sorting a vertex into its layer is worth. */
const sweepCost = 8;
const mostSweeps = 24;
/** With more vertices than this nobody sees a crossing more or less. */
const mostLookedAt = 1_500;
const fewerComparisons = 500_000;
/** Some 10 ms. */
const mostComparisons = 700_000;

/**
 * Orders each layer so that few edges cross: from several orders to begin with, sweeps down and up that put each vertex
 * between its neighbours; from the best of these, shakes. The best order seen stays.
 *
 * @param effort - a share of the usual number of comparisons.
 * @internal
 */
export function orderLayers(layers: readonly Layer[], effort: number): void {
  const flat = flatten(layers);
  const isLarge = flat.ranks.length > mostLookedAt;
  const comparisons = effort * (isLarge ? fewerComparisons : mostComparisons);
  const budget: Budget = { left: comparisons * sweptShare };
  let best = { order: saveOrder(flat), crossings: countCrossings(flat) };
  for (const start of startingOrders(flat)) {
    if (best.crossings === 0 || budget.left <= 0) break;
    loadOrder(flat, start);
    const found = sweptBest(flat, budget);
    if (found.crossings < best.crossings) best = found;
  }
  loadOrder(flat, best.order);
  budget.left += comparisons * (1 - sweptShare);
  if (best.crossings > 0) shakeLayers(flat, best.crossings, budget);
  unflatten(layers, flat);
}

interface Found {
  readonly order: readonly Int32Array[];
  readonly crossings: number;
}

function sweptBest(flat: FlatLayers, budget: Budget): Found {
  let best: Found = { order: saveOrder(flat), crossings: countCrossings(flat) };
  let stale = 0;
  for (let sweep = 0; sweep < mostSweeps && stale < patience && best.crossings > 0; sweep += 1) {
    sweepOnce(flat, sweep, budget);
    const crossings = countCrossings(flat);
    stale = crossings < best.crossings ? 0 : stale + 1;
    if (crossings < best.crossings) best = { order: saveOrder(flat), crossings };
    if (budget.left <= 0) break;
  }
  return best;
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
    budget.left -= sweepCost * layer.length;
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
