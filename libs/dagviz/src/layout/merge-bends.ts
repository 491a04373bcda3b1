import { type Layer, numberRanks } from "./layers-of.ts";
import type { Link, Vertex } from "./vertex.ts";

/**
 * Lets edges that run side by side from one box share their bends: a value that many need is drawn as one trunk, which
 * branches where its edges part.
 *
 * Takes merged bends out of their layers; edges cross no more often than before.
 *
 * @param layers - ordered.
 * @internal
 */
export function mergeBends(layers: readonly Layer[], links: readonly Link[]): void {
  const kept = new Map<Vertex, Vertex>();
  for (const layer of layers) mergeIn(layer, kept);
  if (kept.size === 0) return;
  for (const { bends } of links)
    for (const [index, bend] of bends.entries()) bends[index] = kept.get(bend) ?? bend;
}

function mergeIn(layer: Layer, kept: Map<Vertex, Vertex>): void {
  let left: Vertex | undefined;
  const rest = layer.filter((vertex) => {
    if (left === undefined || !areTwins(left, vertex)) {
      left = vertex;
      return true;
    }
    kept.set(vertex, left);
    handOver(vertex, left);
    return false;
  });
  if (rest.length === layer.length) return;
  layer.splice(0, layer.length, ...rest);
  numberRanks(layer);
}

function areTwins(left: Vertex, right: Vertex): boolean {
  return left.isBend && right.isBend && left.above[0] === right.above[0];
}

/** All that hangs on one bend then hangs on another, and the first on nothing. */
function handOver(from: Vertex, to: Vertex): void {
  for (const upper of from.above) upper.below.splice(upper.below.indexOf(from), 1);
  for (const lower of from.below) {
    lower.above[lower.above.indexOf(from)] = to;
    to.below.push(lower);
  }
}
