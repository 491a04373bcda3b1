import type { Layer } from "./layers-of.ts";
import type { Vertex } from "./vertex.ts";

const rounds = 8;
const loneWeight = 0.3;

/** A layer and the smallest distance of each vertex's centre from the first one's. */
interface Row {
  readonly layer: Layer;
  readonly offsets: Float64Array;
}

type Neighbours = (vertex: Vertex) => readonly Vertex[];
const above: Neighbours = (vertex) => vertex.above;
const below: Neighbours = (vertex) => vertex.below;

/** A run of vertices that touch and therefore move as one. */
interface Block {
  readonly first: number;
  readonly weightedSum: number;
  readonly weight: number;
}

/**
 * Gives each vertex its `x`: as near to its neighbours' mean as the order and the gaps allow.
 *
 * Each layer is a weighted isotonic regression, solved exactly by pooling adjacent violators; long edges weigh most, so
 * they come out straight.
 *
 * @internal
 */
export function placeAcross(layers: readonly Layer[], gap: number): void {
  const rows = layers.map((layer): Row => ({ layer, offsets: offsetsOf(layer, gap) }));
  const upwards = rows.toReversed();
  for (const row of rows) lineUp(row);
  for (let round = 0; round < rounds; round += 1) {
    for (const row of rows) settle(row, [above]);
    for (const row of upwards) settle(row, [below]);
  }
  for (const row of rows) settle(row, [above, below]);
}

function offsetsOf(layer: Layer, gap: number): Float64Array {
  const offsets = new Float64Array(layer.length);
  let left: Vertex | undefined;
  let offset = 0;
  for (const [index, vertex] of layer.entries()) {
    if (left !== undefined)
      offset += (left.width + vertex.width) / 2 + gapBetween(left, vertex, gap);
    offsets[index] = offset;
    left = vertex;
  }
  return offsets;
}

function lineUp({ layer, offsets }: Row): void {
  const middle = (offsets.at(-1) ?? 0) / 2;
  for (const [index, vertex] of layer.entries()) vertex.x = (offsets[index] ?? 0) - middle;
}

/** The least distance between the edges of two neighbours. @internal */
export function gapBetween(left: Vertex, right: Vertex, gap: number): number {
  if (left.isBend && right.isBend) return gap / 2;
  return left.isBend || right.isBend ? gap * 0.75 : gap;
}

function settle({ layer, offsets }: Row, sides: readonly Neighbours[]): void {
  const blocks: Block[] = [];
  for (let index = 0; index < layer.length; index += 1) {
    const vertex = layer[index];
    if (vertex !== undefined) pool(blocks, wish(vertex, sides, index, offsets[index] ?? 0));
  }
  for (let number = 0; number < blocks.length; number += 1) spread(blocks, number, layer, offsets);
}

function spread(
  blocks: readonly Block[],
  number: number,
  layer: Layer,
  offsets: Float64Array,
): void {
  const block = blocks[number];
  const end = blocks[number + 1]?.first ?? layer.length;
  if (block === undefined) return;
  const start = meanOf(block);
  for (let index = block.first; index < end; index += 1) {
    const vertex = layer[index];
    if (vertex !== undefined) vertex.x = start + (offsets[index] ?? 0);
  }
}

function pool(blocks: Block[], added: Block): void {
  let block = added;
  for (
    let last = blocks.at(-1);
    last !== undefined && meanOf(last) > meanOf(block);
    last = blocks.at(-1)
  ) {
    blocks.pop();
    block = {
      first: last.first,
      weightedSum: last.weightedSum + block.weightedSum,
      weight: last.weight + block.weight,
    };
  }
  blocks.push(block);
}

function meanOf(block: Block): number {
  return block.weightedSum / block.weight;
}

/** Where a vertex wants its layer to begin, and how much. Without neighbours it stays, feebly. */
function wish(vertex: Vertex, sides: readonly Neighbours[], first: number, offset: number): Block {
  let sum = 0;
  let weight = 0;
  for (const side of sides) {
    for (const neighbour of side(vertex)) {
      const pull = pullBetween(vertex, neighbour);
      sum += pull * neighbour.x;
      weight += pull;
    }
  }
  if (weight === 0)
    return { first, weightedSum: (vertex.x - offset) * loneWeight, weight: loneWeight };
  return { first, weightedSum: sum - offset * weight, weight };
}

function pullBetween(a: Vertex, b: Vertex): number {
  if (a.isBend && b.isBend) return 24;
  return a.isBend || b.isBend ? 2 : 1;
}
