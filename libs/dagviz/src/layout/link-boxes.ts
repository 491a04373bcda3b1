import { DuplicateNodeError, UnknownNodeError } from "../errors.ts";
import type { GraphPicture, PictureEdge, PictureNode } from "../graph-picture.ts";
import { type Box, type Link, newBox } from "./vertex.ts";

/** @internal */
export interface LinkedBoxes {
  /** In the order of `picture.nodes`. */
  readonly boxes: readonly Box[];
  /** In the order of `picture.edges`; parallel edges stay. */
  readonly links: readonly Link[];
}

/**
 * Makes a box of each node, and tells each box whom it needs and feeds (once each).
 *
 * @throws {@link DuplicateNodeError} `dagviz/duplicate-node`.
 * @throws {@link UnknownNodeError} `dagviz/unknown-node`.
 * @internal
 */
export function linkBoxes(
  picture: GraphPicture,
  sizeOf: (node: PictureNode) => { readonly width: number; readonly height: number },
): LinkedBoxes {
  const byId = new Map<string, Box>();
  for (const node of picture.nodes) {
    if (byId.has(node.id)) throw new DuplicateNodeError(node.id);
    byId.set(node.id, newBox(node.id, sizeOf(node)));
  }
  const links = picture.edges.map((edge) => ({
    from: endOf(edge, edge.from, byId),
    to: endOf(edge, edge.to, byId),
    bends: [],
  }));
  tellNeighbours(links);
  return { boxes: [...byId.values()], links };
}

/**
 * Checks what {@link linkBoxes} checks, for writers that need no layout.
 *
 * @throws {@link DuplicateNodeError} `dagviz/duplicate-node`.
 * @throws {@link UnknownNodeError} `dagviz/unknown-node`.
 * @internal
 */
export function checkPicture(picture: GraphPicture): void {
  linkBoxes(picture, () => ({ width: 0, height: 0 }));
}

function endOf(edge: PictureEdge, id: string, byId: ReadonlyMap<string, Box>): Box {
  const box = byId.get(id);
  if (box === undefined) throw new UnknownNodeError(id, edge, byId.keys());
  return box;
}

function tellNeighbours(links: readonly Link[]): void {
  const needs = new Map<Box, Set<Box>>();
  for (const { from, to } of links) {
    const known = needs.get(to) ?? new Set();
    needs.set(to, known);
    if (known.has(from)) continue;
    known.add(from);
    to.needs.push(from);
    from.feeds.push(to);
  }
}
