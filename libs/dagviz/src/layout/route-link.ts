import type { Band } from "./place-down.ts";
import type { Box, Link, Vertex } from "./vertex.ts";

/** A point of the drawing, in pixels from its top left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where edges enter a box: the distance from its centre, by the vertex that they come from. @internal */
export type Ports = ReadonlyMap<Vertex, number>;

const widestPortGap = 16;
const roundedCorner = 14;

/**
 * Spreads the edges that enter a box along its top, in the order in which they arrive, so that they do not merge.
 *
 * @internal
 */
export function portsOf(box: Box): Ports {
  const arriving = box.above.toSorted((a, b) => a.x - b.x);
  const last = arriving.length - 1;
  const room = Math.max(0, box.width - 2 * roundedCorner);
  const gap = last === 0 ? 0 : Math.min(widestPortGap, room / last);
  return new Map(arriving.map((vertex, index) => [vertex, (index - last / 2) * gap]));
}

/**
 * The corners of an edge, top down. Two with the same `x` are joined by a line, others by a curve.
 *
 * Bends run straight through their layer's band, so an edge never touches a box on its way.
 *
 * @internal
 */
export function routeLink(
  { from, to, bends }: Link,
  ports: Ports,
  bands: readonly Band[],
): readonly Point[] {
  const enterX = to.x + (ports.get(bends.at(-1) ?? from) ?? 0);
  const points = [
    { x: from.x, y: from.y + from.height },
    { x: from.x, y: bands[from.layer]?.bottom ?? 0 },
  ];
  for (const bend of bends) {
    const band = bands[bend.layer];
    points.push({ x: bend.x, y: band?.top ?? 0 }, { x: bend.x, y: band?.bottom ?? 0 });
  }
  points.push({ x: enterX, y: bands[to.layer]?.top ?? 0 }, { x: enterX, y: to.y });
  return points.filter((point, index) => !isRepeated(point, points[index - 1]));
}

function isRepeated(point: Point, previous: Point | undefined): boolean {
  return previous !== undefined && point.x === previous.x && point.y === previous.y;
}
