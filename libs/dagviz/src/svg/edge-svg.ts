import type { PlacedEdge } from "../layout/layout-graph.ts";
import type { Point } from "../layout/route-link.ts";
import { escapeXml } from "./escape-xml.ts";

/** What the arrow head takes from the end of the line. */
const headLength = 5;

/** One edge as SVG. @internal */
export function edgeSvg(edge: PlacedEdge, prefix: string): string {
  const optional = edge.optional ? ` ${prefix}-optional` : "";
  return `<path class="${prefix}-edge${optional}" data-from="${escapeXml(edge.from)}" data-to="${escapeXml(edge.to)}" d="${edgePath(edge.points)}" marker-end="url(#${prefix}-head)"/>`;
}

/** The definition of the arrow head. @internal */
export function arrowHead(prefix: string): string {
  return `<marker id="${prefix}-head" viewBox="0 0 8 8" refX="2" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="${prefix}-arrow" d="M0 0.6 7 4 0 7.4 1.6 4Z"/></marker>`;
}

/**
 * An edge's corners as SVG path data: vertical lines, and curves that leave and arrive vertically.
 *
 * @example
 * edgePath([{ x: 0, y: 0 }, { x: 0, y: 10 }]); // "M0 0V5", with room for the arrow head
 */
export function edgePath(points: readonly Point[]): string {
  let path = "";
  let previous: Point | undefined;
  for (const [index, { x, y }] of points.entries()) {
    const end = { x, y: index === points.length - 1 ? y - headLength : y };
    path += previous === undefined ? `M${x} ${y}` : stretch(previous, end);
    previous = end;
  }
  return path;
}

function stretch(from: Point, to: Point): string {
  if (from.x === to.x) return `V${short(to.y)}`;
  const middle = short((from.y + to.y) / 2);
  return `C${from.x} ${middle} ${to.x} ${middle} ${to.x} ${short(to.y)}`;
}

function short(pixels: number): number {
  return Math.round(pixels * 100) / 100;
}
