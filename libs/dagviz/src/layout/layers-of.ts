import type { Vertex } from "./vertex.ts";

/** Vertices of one layer, left to right. @internal */
export type Layer = Vertex[];

/**
 * Sorts vertices into their layers, each layer in the order of a depth-first walk, so that families start out together.
 *
 * @internal
 */
export function layersOf(vertices: readonly Vertex[]): readonly Layer[] {
  const layers: Layer[] = [];
  const seen = new Set<Vertex>();
  for (const root of vertices.toSorted((a, b) => a.layer - b.layer)) {
    for (const vertex of unseenBelow(root, seen)) (layers[vertex.layer] ??= []).push(vertex);
  }
  for (const layer of layers) numberRanks(layer);
  return layers;
}

/** Writes each vertex's place into it. @internal */
export function numberRanks(layer: Layer): void {
  for (const [rank, vertex] of layer.entries()) vertex.rank = rank;
}

function* unseenBelow(root: Vertex, seen: Set<Vertex>): Generator<Vertex> {
  const stack = [root];
  for (let vertex = stack.pop(); vertex !== undefined; vertex = stack.pop()) {
    if (seen.has(vertex)) continue;
    seen.add(vertex);
    yield vertex;
    for (const below of vertex.below.toReversed()) if (!seen.has(below)) stack.push(below);
  }
}
