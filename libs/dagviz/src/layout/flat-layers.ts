import type { Layer } from "./layers-of.ts";
import { numberRanks } from "./layers-of.ts";
import type { Vertex } from "./vertex.ts";

/**
 * Layers as numbers, which ordering reads and writes many times.
 *
 * @internal
 */
export interface FlatLayers {
  /** Numbers of vertices, left to right. */
  readonly layers: readonly Int32Array[];
  /** Place of each vertex in its layer. */
  readonly ranks: Int32Array;
  /** For each vertex its neighbours in the layer above. */
  readonly above: readonly Int32Array[];
  /** For each vertex its neighbours in the layer below. */
  readonly below: readonly Int32Array[];
}

/** @internal */
export function flatten(layers: readonly Layer[]): FlatLayers {
  const vertices = layers.flat();
  const numbers = new Map(vertices.map((vertex, number) => [vertex, number]));
  const numbered = (all: readonly Vertex[]): Int32Array =>
    Int32Array.from(all, (vertex) => numbers.get(vertex) ?? 0);
  return {
    layers: layers.map(numbered),
    ranks: Int32Array.from(vertices, (vertex) => vertex.rank),
    above: vertices.map((vertex) => numbered(vertex.above)),
    below: vertices.map((vertex) => numbered(vertex.below)),
  };
}

/** Gives each layer the order that the numbers have; `layers` are those that were flattened. @internal */
export function unflatten(layers: readonly Layer[], flat: FlatLayers): void {
  const vertices = layers.flat();
  for (const [depth, layer] of layers.entries()) {
    for (const [rank, number] of (flat.layers[depth] ?? []).entries()) {
      const vertex = vertices[number];
      if (vertex !== undefined) layer[rank] = vertex;
    }
    numberRanks(layer);
  }
}

/** @internal */
export function saveOrder({ layers }: FlatLayers): readonly Int32Array[] {
  return layers.map((layer) => layer.slice());
}

/** @internal */
export function loadOrder(flat: FlatLayers, order: readonly Int32Array[]): void {
  for (const [depth, layer] of flat.layers.entries()) {
    layer.set(order[depth] ?? []);
    rank(layer, flat.ranks);
  }
}

/** Writes the place of each vertex of a layer into `ranks`. @internal */
export function rank(layer: Int32Array, ranks: Int32Array): void {
  for (let place = 0; place < layer.length; place += 1) ranks[layer[place] ?? 0] = place;
}
