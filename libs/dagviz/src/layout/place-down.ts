import type { Layer } from "./layers-of.ts";
import type { Vertex } from "./vertex.ts";

/** The band that a layer takes up. @internal */
export interface Band {
  readonly top: number;
  readonly bottom: number;
}

/** Horizontal distance, as a share, that a gap grows by so that wide edges do not come out flat. */
const slant = 0.07;
const mostExtra = 70;

/**
 * Gives each vertex its `y`, centred in its layer's band; gaps that wide edges cross are taller.
 *
 * @internal
 */
export function placeDown(layers: readonly Layer[], gap: number): readonly Band[] {
  const bands: Band[] = [];
  let top = 0;
  for (const layer of layers) {
    const height = tallest(layer);
    for (const vertex of layer) vertex.y = top + (height - vertex.height) / 2;
    bands.push({ top, bottom: top + height });
    top += height + gap + Math.min(mostExtra, widestEdge(layer) * slant);
  }
  return bands;
}

function tallest(layer: Layer): number {
  let height = 0;
  for (const vertex of layer) height = Math.max(height, vertex.height);
  return height;
}

function widestEdge(layer: Layer): number {
  let width = 0;
  for (const vertex of layer) width = Math.max(width, widestBelow(vertex));
  return width;
}

function widestBelow(vertex: Vertex): number {
  let width = 0;
  for (const below of vertex.below) width = Math.max(width, Math.abs(below.x - vertex.x));
  return width;
}
