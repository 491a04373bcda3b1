import { layersOf } from "./layers-of.ts";
import type { LayoutOptions } from "./layout-options.ts";
import { mergeBends } from "./merge-bends.ts";
import { orderLayers } from "./order-layers.ts";
import type { Size } from "./pack-parts.ts";
import { placeAcross } from "./place-across.ts";
import { type Band, placeDown } from "./place-down.ts";
import { type Point, portsOf, routeLink } from "./route-link.ts";
import { straightenBends } from "./straighten-bends.ts";
import { threadLinks } from "./thread-links.ts";
import type { Box, Link, Vertex } from "./vertex.ts";

/** A connected part of a picture, drawn, but not yet in its place. @internal */
export interface Part extends Size {
  /** Moves the part's boxes so that its top left corner is at `place`. @returns the corners of its edges. */
  moveTo(place: Point): ReadonlyMap<Link, readonly Point[]>;
}

/**
 * Draws one connected part: orders its layers, places its boxes and routes its edges.
 *
 * @param boxes - with their layers.
 * @internal
 */
export function drawPart(
  boxes: readonly Box[],
  links: readonly Link[],
  { gapX, gapY, effort }: Required<Pick<LayoutOptions, "gapX" | "gapY" | "effort">>,
): Part {
  const layers = layersOf([...boxes, ...threadLinks(links)]);
  orderLayers(layers, effort);
  mergeBends(layers, links);
  const vertices = layers.flat();
  placeAcross(layers, gapX);
  straightenBends(layers, gapX);
  const bands = placeDown(layers, gapY);
  const { left, right } = extentOf(vertices);
  return {
    width: right - left,
    height: bands.at(-1)?.bottom ?? 0,
    moveTo({ x, y }) {
      shift(vertices, { x: x - left, y });
      return routeAll(boxes, links, lowered(bands, y));
    },
  };
}

function extentOf(vertices: readonly Vertex[]): { readonly left: number; readonly right: number } {
  let [left, right] = [Infinity, -Infinity];
  for (const { x, width } of vertices) {
    left = Math.min(left, x - width / 2);
    right = Math.max(right, x + width / 2);
  }
  return { left, right };
}

function shift(vertices: readonly Vertex[], by: Point): void {
  for (const vertex of vertices) {
    vertex.x += by.x;
    vertex.y += by.y;
  }
}

function lowered(bands: readonly Band[], y: number): readonly Band[] {
  return bands.map(({ top, bottom }) => ({ top: top + y, bottom: bottom + y }));
}

function routeAll(
  boxes: readonly Box[],
  links: readonly Link[],
  bands: readonly Band[],
): ReadonlyMap<Link, readonly Point[]> {
  const ports = new Map(boxes.map((box) => [box, portsOf(box)]));
  return new Map(
    links.map((link) => [link, routeLink(link, ports.get(link.to) ?? new Map(), bands)]),
  );
}
