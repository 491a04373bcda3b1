import type { Layer } from "./layers-of.ts";
import { gapBetween } from "./place-across.ts";
import type { Vertex } from "./vertex.ts";

/** Where a bend may move without touching its neighbours. */
interface Room {
  readonly from: number;
  readonly to: number;
}

/**
 * Puts successive bends of an edge straight below each other, as many at a time as the boxes beside them allow.
 *
 * @param layers - with `x` given to all.
 * @internal
 */
export function straightenBends(layers: readonly Layer[], gap: number): void {
  for (const layer of layers)
    for (const vertex of layer) if (isFirst(vertex)) straighten(chainFrom(vertex), layers, gap);
}

function isFirst(vertex: Vertex): boolean {
  return vertex.isBend && !(vertex.above[0]?.isBend === true && vertex.above[0].below.length === 1);
}

function chainFrom(first: Vertex): readonly Vertex[] {
  const chain = [first];
  for (let last = first; last.below.length === 1 && last.below[0]?.isBend === true;) {
    last = last.below[0];
    chain.push(last);
  }
  return chain;
}

function straighten(chain: readonly Vertex[], layers: readonly Layer[], gap: number): void {
  let run: Vertex[] = [];
  let room: Room = { from: -Infinity, to: Infinity };
  for (const bend of chain) {
    const own = roomOf(bend, layers[bend.layer] ?? [], gap);
    const common = { from: Math.max(room.from, own.from), to: Math.min(room.to, own.to) };
    if (common.from > common.to) {
      settle(run, room);
      [run, room] = [[bend], own];
    } else {
      run.push(bend);
      room = common;
    }
  }
  settle(run, room);
}

function roomOf(bend: Vertex, layer: Layer, gap: number): Room {
  const [left, right] = [layer[bend.rank - 1], layer[bend.rank + 1]];
  const reach = (other: Vertex): number =>
    (bend.width + other.width) / 2 + gapBetween(bend, other, gap);
  return {
    from: left === undefined ? -Infinity : left.x + reach(left),
    to: right === undefined ? Infinity : right.x - reach(right),
  };
}

function settle(run: readonly Vertex[], { from, to }: Room): void {
  if (run.length < 2) return;
  const mean = run.reduce((sum, bend) => sum + bend.x, 0) / run.length;
  const x = Math.min(Math.max(mean, from), to);
  for (const bend of run) bend.x = x;
}
