/**
 * Something that takes up room in one layer: a node's box, or a bend of an edge that passes the layer by.
 *
 * The passes of the layout fill it in, in this order: `layer`, `above` and `below`, `rank`, `x`, `y`.
 *
 * @internal
 */
export interface Vertex {
  readonly isBend: boolean;
  readonly width: number;
  readonly height: number;
  /** Neighbours in the layer directly above. */
  readonly above: Vertex[];
  /** Neighbours in the layer directly below. */
  readonly below: Vertex[];
  /** 0 is the top. */
  layer: number;
  /** Place in its layer, 0 is leftmost. */
  rank: number;
  /** Where the ordering pass wants it; scratch space. */
  pull: number;
  /** Centre. */
  x: number;
  /** Top. */
  y: number;
}

/** A vertex that is a node. @internal */
export interface Box extends Vertex {
  readonly id: string;
  readonly needs: Box[];
  readonly feeds: Box[];
}

/** One edge of the picture between its boxes, and the bends it goes through on its way down. @internal */
export interface Link {
  readonly from: Box;
  readonly to: Box;
  readonly bends: Vertex[];
}

const bendWidth = 4;

/** @internal */
export function newBox(id: string, size: { readonly width: number; readonly height: number }): Box {
  return {
    ...blank(),
    isBend: false,
    id,
    width: size.width,
    height: size.height,
    needs: [],
    feeds: [],
  };
}

/** @internal */
export function newBend(layer: number): Vertex {
  return { ...blank(), isBend: true, width: bendWidth, height: 0, layer };
}

/** Makes two vertices of adjacent layers neighbours. @internal */
export function join(upper: Vertex, lower: Vertex): void {
  upper.below.push(lower);
  lower.above.push(upper);
}

function blank(): Pick<Vertex, "above" | "below" | "layer" | "rank" | "pull" | "x" | "y"> {
  return { above: [], below: [], layer: 0, rank: 0, pull: 0, x: 0, y: 0 };
}
