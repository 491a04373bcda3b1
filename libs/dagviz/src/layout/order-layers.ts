import { countCrossings, ranksOf } from "./count-crossings.ts";
import { type Layer, numberRanks } from "./layers-of.ts";
import type { Vertex } from "./vertex.ts";

/** Sweeps without progress before giving up. */
const patience = 3;
const mostSweeps = 16;
/** Swapping pays off in pictures that a person can take in; above this many vertices it only costs time. */
const mostSwappedVertices = 3_000;

/**
 * Orders each layer so that few edges cross: barycentre sweeps down and up, then swaps of neighbours.
 *
 * @internal
 */
export function orderLayers(layers: readonly Layer[]): void {
  let best = snapshot(layers);
  let fewest = countCrossings(layers);
  let stale = 0;
  const canSwap = layers.flat().length <= mostSwappedVertices;
  for (let sweep = 0; sweep < mostSweeps && stale < patience && fewest > 0; sweep += 1) {
    sweepOnce(layers, sweep % 2 === 0);
    if (canSwap) swapNeighbours(layers);
    const crossings = countCrossings(layers);
    stale = crossings < fewest ? 0 : stale + 1;
    if (crossings < fewest) [fewest, best] = [crossings, snapshot(layers)];
  }
  restore(layers, best);
}

function snapshot(layers: readonly Layer[]): readonly Layer[] {
  return layers.map((layer) => [...layer]);
}

function restore(layers: readonly Layer[], saved: readonly Layer[]): void {
  for (const [index, layer] of layers.entries()) refill(layer, saved[index] ?? []);
}

function refill(layer: Layer, order: Layer): void {
  for (const [rank, vertex] of order.entries()) layer[rank] = vertex;
  numberRanks(layer);
}

function sweepOnce(layers: readonly Layer[], isDown: boolean): void {
  for (const layer of isDown ? layers : layers.toReversed()) {
    for (const vertex of layer)
      vertex.pull = barycentre(vertex, isDown ? vertex.above : vertex.below);
    layer.sort((a, b) => a.pull - b.pull || a.rank - b.rank);
    numberRanks(layer);
  }
}

function barycentre(vertex: Vertex, neighbours: readonly Vertex[]): number {
  if (neighbours.length === 0) return vertex.rank;
  let sum = 0;
  for (const neighbour of neighbours) sum += neighbour.rank;
  return sum / neighbours.length;
}

function swapNeighbours(layers: readonly Layer[]): void {
  for (const layer of layers) {
    const sides = layer.map((vertex) => ({
      vertex,
      above: ranksOf(vertex.above),
      below: ranksOf(vertex.below),
    }));
    for (let index = 1; index < sides.length; index += 1) {
      const [left, right] = [sides[index - 1], sides[index]];
      if (left === undefined || right === undefined || swapGain(left, right) <= 0) continue;
      sides[index - 1] = right;
      sides[index] = left;
    }
    refill(
      layer,
      sides.map((side) => side.vertex),
    );
  }
}

interface Sides {
  readonly above: readonly number[];
  readonly below: readonly number[];
}

function swapGain(left: Sides, right: Sides): number {
  const now = inversions(left.above, right.above) + inversions(left.below, right.below);
  const then = inversions(right.above, left.above) + inversions(right.below, left.below);
  return now - then;
}

/** Pairs of a left and a right rank that cross: left > right. Both ascending. */
function inversions(left: readonly number[], right: readonly number[]): number {
  let smaller = 0;
  let count = 0;
  for (const rank of left) {
    while (smaller < right.length && (right[smaller] ?? Infinity) < rank) smaller += 1;
    count += smaller;
  }
  return count;
}
