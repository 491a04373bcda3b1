import type { GraphPicture } from "../graph-picture.ts";
import { cardSize } from "../svg/card-size.ts";
import { assignLayers } from "./assign-layers.ts";
import { componentsOf } from "./components-of.ts";
import { drawPart } from "./draw-part.ts";
import { gatherParts, type GroupedPart } from "./gather-parts.ts";
import type { LayoutOptions } from "./layout-options.ts";
import { linkBoxes } from "./link-boxes.ts";
import { packParts } from "./pack-parts.ts";
import type { Point } from "./route-link.ts";
import { shortenEdges } from "./shorten-edges.ts";
import { topologicalOrder } from "./topological-order.ts";
import type { Box } from "./vertex.ts";

/** A node's box; `x` and `y` are its top left corner. */
export interface PlacedNode {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** 0 is the top layer of its connected part. */
  readonly layer: number;
}

/** An edge's way from the bottom of one box to the top of another, strictly downwards. */
export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  readonly optional: boolean;
  /** Top down; two with the same `x` are joined by a line, others by a curve with vertical ends. */
  readonly points: readonly Point[];
}

/** Where everything goes, in pixels; the drawing spans (0, 0) to (`width`, `height`). */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  /** In the order of `picture.nodes`. */
  readonly nodes: readonly PlacedNode[];
  /** In the order of `picture.edges`. */
  readonly edges: readonly PlacedEdge[];
}

/**
 * Places a picture's nodes in layers so that every edge leads downwards, boxes never overlap, few edges cross and none
 * runs over a box.
 *
 * Deterministic: the same picture and options give the same numbers. Takes some 16 ms for 200 nodes, less with less `effort`.
 *
 * @throws {@link DuplicateNodeError} `dagviz/duplicate-node`.
 * @throws {@link UnknownNodeError} `dagviz/unknown-node`, when an edge's end is no node.
 * @throws {@link PictureCycleError} `dagviz/cycle`.
 * @example
 * const { nodes } = layoutGraph({
 *   nodes: [{ id: "a", label: "a", kind: "input" }, { id: "b", label: "b", kind: "function" }],
 *   edges: [{ from: "a", to: "b" }],
 * });
 */
export function layoutGraph(picture: GraphPicture, options: LayoutOptions = {}): GraphLayout {
  const { gapX = 28, gapY = 44, effort = 1, sizeOf = cardSize } = options;
  const { boxes, links } = linkBoxes(picture, sizeOf);
  assignLayers(topologicalOrder(boxes));
  const linksFrom = Map.groupBy(links, (link) => link.from);
  const groups = new Map(picture.nodes.map(({ id, group }) => [id, group]));
  const drawn = componentsOf(boxes).map((members): GroupedPart => {
    shortenEdges(members);
    const own = members.flatMap((box) => linksFrom.get(box) ?? []);
    return {
      part: drawPart(members, own, {
        gapX,
        gapY,
        effort: (effort * members.length) / boxes.length,
      }),
      group: onlyOne(members.map(({ id }) => groups.get(id))),
    };
  });
  const parts = gatherParts(drawn, 2 * gapX);
  const { width, height, places } = packParts(parts, 2 * gapX);
  const routes = new Map(
    parts.flatMap((part, index) => [...part.moveTo(places[index] ?? { x: 0, y: 0 })]),
  );
  return {
    width: round(width),
    height: round(height),
    nodes: boxes.map(placedNode),
    edges: links.map((link, index) => ({
      from: link.from.id,
      to: link.to.id,
      optional: picture.edges[index]?.optional ?? false,
      points: (routes.get(link) ?? []).map(({ x, y }) => ({ x: round(x), y: round(y) })),
    })),
  };
}

function onlyOne(groups: readonly (string | undefined)[]): string | undefined {
  return groups.every((group) => group === groups[0]) ? groups[0] : undefined;
}

function placedNode({ id, x, y, width, height, layer }: Box): PlacedNode {
  return { id, x: round(x - width / 2), y: round(y), width, height, layer };
}

/** A tenth of a pixel is finer than any screen shows, and keeps files short. */
function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
