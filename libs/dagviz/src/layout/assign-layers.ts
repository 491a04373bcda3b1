import type { Box } from "./vertex.ts";

/**
 * Gives each box its layer: below all that it needs, and no higher than it must be to stay near those it feeds.
 *
 * @param order - topological.
 * @internal
 */
export function assignLayers(order: readonly Box[]): void {
  for (const box of order) box.layer = lowestNeed(box) + 1;
  for (const box of order.toReversed()) if (gainsByFalling(box)) box.layer = highestFed(box) - 1;
}

/** Falling shortens the edges below and stretches those above. */
function gainsByFalling(box: Box): boolean {
  return (
    box.feeds.length > 0 && box.needs.length < box.feeds.length + (box.needs.length === 0 ? 1 : 0)
  );
}

function lowestNeed(box: Box): number {
  let layer = -1;
  for (const need of box.needs) layer = Math.max(layer, need.layer);
  return layer;
}

function highestFed(box: Box): number {
  let layer = Infinity;
  for (const fed of box.feeds) layer = Math.min(layer, fed.layer);
  return layer;
}
