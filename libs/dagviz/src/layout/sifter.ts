import type { FlatLayers } from "./flat-layers.ts";

/** Comparisons that may still be made; when none are left, a picture keeps the order that it has. @internal */
export interface Budget {
  left: number;
}

/** A place in a layer, and how many crossings go when a vertex moves there. @internal */
export interface Move {
  readonly place: number;
  readonly gain: number;
}

/**
 * Finds better places for single vertices in layers, which may change meanwhile.
 *
 * When a vertex passes another, only edges of the two cross anew or no more. So each neighbour of the other counts how
 * many of the vertex's lie right of it less those that lie left of it: `lean`, made once for each vertex that is looked at.
 *
 * @internal
 */
export class Sifter {
  readonly #flat: FlatLayers;
  readonly #budget: Budget;
  readonly #depths: Int32Array;
  readonly #above: Lists;
  readonly #below: Lists;
  readonly #leanAbove: Int32Array;
  readonly #leanBelow: Int32Array;

  constructor(flat: FlatLayers, budget: Budget) {
    const widest = flat.layers.reduce((most, { length }) => Math.max(most, length), 0);
    this.#flat = flat;
    this.#budget = budget;
    this.#depths = depthsOf(flat);
    this.#above = listsOf(flat.above);
    this.#below = listsOf(flat.below);
    this.#leanAbove = new Int32Array(widest);
    this.#leanBelow = new Int32Array(widest);
  }

  /** The number of a vertex's layer. */
  depthOf(vertex: number): number {
    return this.#depths[vertex] ?? 0;
  }

  /** Where in its layer a vertex crosses fewest edges. */
  bestMove(vertex: number): Move {
    const layer = this.#lookAt(vertex);
    const start = this.#flat.ranks[vertex] ?? 0;
    let [best, most, gain] = [start, 0, 0];
    for (let place = start + 1; place < layer.length; place += 1) {
      gain += this.#gainOfPassing(layer[place] ?? 0);
      if (gain > most) [best, most] = [place, gain];
    }
    gain = 0;
    for (let place = start - 1; place >= 0; place -= 1) {
      gain -= this.#gainOfPassing(layer[place] ?? 0);
      if (gain > most) [best, most] = [place, gain];
    }
    return { place: best, gain: most };
  }

  /** How many crossings go when a vertex moves to a place in its layer; less than 0 when some come. */
  gainOf(vertex: number, place: number): number {
    const layer = this.#lookAt(vertex);
    const start = this.#flat.ranks[vertex] ?? 0;
    let gain = 0;
    for (let at = start + 1; at <= place; at += 1) gain += this.#gainOfPassing(layer[at] ?? 0);
    for (let at = start - 1; at >= place; at -= 1) gain -= this.#gainOfPassing(layer[at] ?? 0);
    return gain;
  }

  /** @returns the vertex's layer. */
  #lookAt(vertex: number): Int32Array {
    const { layers, above, below, ranks } = this.#flat;
    const depth = this.depthOf(vertex);
    const layer = layers[depth] ?? none;
    writeLean(this.#leanAbove, above[vertex] ?? none, ranks, layers[depth - 1]?.length ?? 0);
    writeLean(this.#leanBelow, below[vertex] ?? none, ranks, layers[depth + 1]?.length ?? 0);
    this.#budget.left -= 2 * layer.length;
    return layer;
  }

  /** What the vertex that is looked at gains by passing another from left to right. */
  #gainOfPassing(other: number): number {
    const { ranks } = this.#flat;
    return (
      sumOf(this.#leanAbove, this.#above, other, ranks) +
      sumOf(this.#leanBelow, this.#below, other, ranks)
    );
  }
}

const none = new Int32Array();

function depthsOf({ layers, ranks }: FlatLayers): Int32Array {
  const depths = new Int32Array(ranks.length);
  for (const [depth, layer] of layers.entries()) for (const vertex of layer) depths[vertex] = depth;
  return depths;
}

/** Writes, for each place of a layer, how many of `neighbours` lie right of it less those left of it. */
function writeLean(
  lean: Int32Array,
  neighbours: Int32Array,
  ranks: Int32Array,
  size: number,
): void {
  lean.fill(0, 0, size);
  for (const neighbour of neighbours) {
    const place = ranks[neighbour] ?? 0;
    lean[place] = (lean[place] ?? 0) + 1;
  }
  let left = 0;
  for (let place = 0; place < size; place += 1) {
    const here = lean[place] ?? 0;
    lean[place] = neighbours.length - here - 2 * left;
    left += here;
  }
}

/** Lists one after the other in memory, which is read many times: that of `i` is in `all` from `starts[i]` on. */
interface Lists {
  readonly starts: Int32Array;
  readonly all: Int32Array;
}

function listsOf(lists: readonly Int32Array[]): Lists {
  const starts = new Int32Array(lists.length + 1);
  for (const [index, { length }] of lists.entries())
    starts[index + 1] = (starts[index] ?? 0) + length;
  const all = new Int32Array(starts.at(-1) ?? 0);
  for (const [index, list] of lists.entries()) all.set(list, starts[index] ?? 0);
  return { starts, all };
}

function sumOf(
  lean: Int32Array,
  { starts, all }: Lists,
  vertex: number,
  ranks: Int32Array,
): number {
  const end = starts[vertex + 1] ?? 0;
  let sum = 0;
  for (let at = starts[vertex] ?? 0; at < end; at += 1) sum += lean[ranks[all[at] ?? 0] ?? 0] ?? 0;
  return sum;
}
