import { type FlatLayers, rank } from "./flat-layers.ts";
import { randomNumbers } from "./random-numbers.ts";
import { type Budget, Sifter } from "./sifter.ts";

/** Shakes without success before giving up. */
const patience = 200;
/** Vertices that one shake moves at random. */
const mostKicked = 10;

/** What a shake needs; it costs what it touches, not what the picture holds. */
interface Shaking {
  readonly flat: FlatLayers;
  readonly sifter: Sifter;
  /** Layers that the shake has changed, as they were before it. */
  readonly before: Map<number, Int32Array>;
  /** Vertices that may cross fewer edges elsewhere. */
  readonly waiting: Set<number>;
  readonly budget: Budget;
}

/**
 * Puts each vertex where fewest edges cross; then moves a few vertices of one layer at random and settles what that
 * unsettles, again and again. A shake that leaves more crossings than before is taken back.
 *
 * @param crossings - of the order as it is.
 * @internal
 */
export function shakeLayers(flat: FlatLayers, crossings: number, budget: Budget): void {
  const shaking: Shaking = {
    flat,
    sifter: new Sifter(flat, budget),
    before: new Map(),
    waiting: new Set(flat.layers.flatMap((layer) => [...layer])),
    budget,
  };
  const wide = flat.layers.filter((layer) => layer.length > 1);
  const next = randomNumbers(flat.ranks.length);
  let left = crossings - settle(shaking);
  for (let idle = 0; idle < patience && left > 0 && budget.left > 0; idle += 1) {
    shaking.before.clear();
    const layer = wide[Math.floor(next() * wide.length)] ?? none;
    const gone = kick(shaking, layer, next) + settle(shaking);
    if (gone < 0) takeBack(shaking);
    else left -= gone;
    if (gone > 0) idle = 0;
  }
}

const none = new Int32Array();

/** Moves vertices of a layer anywhere in it. @returns how many crossings went; mostly less than none. */
function kick(shaking: Shaking, layer: Int32Array, next: () => number): number {
  let gone = 0;
  for (let count = 1 + Math.floor(next() * mostKicked); count > 0; count -= 1) {
    const vertex = layer[Math.floor(next() * layer.length)] ?? 0;
    const place = Math.floor(next() * layer.length);
    gone += shaking.sifter.gainOf(vertex, place);
    move(shaking, vertex, place);
  }
  return gone;
}

/** Sifts each waiting vertex, and those whose neighbours move meanwhile. @returns how many crossings went. */
function settle(shaking: Shaking): number {
  const { sifter, waiting, budget } = shaking;
  let gone = 0;
  for (const vertex of waiting) {
    waiting.delete(vertex);
    if (budget.left <= 0) continue;
    const { place, gain } = sifter.bestMove(vertex);
    if (gain > 0) move(shaking, vertex, place);
    gone += gain;
  }
  return gone;
}

function move({ flat, sifter, before, waiting }: Shaking, vertex: number, to: number): void {
  const depth = sifter.depthOf(vertex);
  const layer = flat.layers[depth] ?? none;
  const from = flat.ranks[vertex] ?? 0;
  if (from === to) return;
  if (!before.has(depth)) before.set(depth, layer.slice());
  if (from < to) layer.copyWithin(from, from + 1, to + 1);
  else layer.copyWithin(to + 1, to, from);
  layer[to] = vertex;
  for (let at = Math.min(from, to); at <= Math.max(from, to); at += 1)
    flat.ranks[layer[at] ?? 0] = at;
  waiting.add(vertex);
  for (const upper of flat.above[vertex] ?? none) waiting.add(upper);
  for (const lower of flat.below[vertex] ?? none) waiting.add(lower);
}

function takeBack({ flat, before }: Shaking): void {
  for (const [depth, order] of before) {
    flat.layers[depth]?.set(order);
    rank(order, flat.ranks);
  }
}
