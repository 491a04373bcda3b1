import type { Point } from "../src/layout/route-link.ts";
import type { GraphLayout } from "../src/layout/layout-graph.ts";

/** An edge as it is drawn, its curves cut into straight pieces. */
export interface Polyline {
  readonly from: string;
  readonly to: string;
  readonly points: readonly Point[];
}

/** Odd, so that mirrored curves do not meet in a corner, which could be counted or not. */
const pieces = 13;

/** The edges of one of our layouts: curves with vertical ends, as `edgePath` draws them. */
export function polylinesOf(layout: GraphLayout): readonly Polyline[] {
  return layout.edges.map(({ from, to, points }) => ({
    from,
    to,
    points: points.flatMap((end, index) => {
      const start = points[index - 1];
      if (start === undefined || start.x === end.x) return [end];
      const middle = (start.y + end.y) / 2;
      return curve([start, { x: start.x, y: middle }, { x: end.x, y: middle }, end]);
    }),
  }));
}

/** A cubic Bézier curve without its first point. */
export function curve([a, b, c, d]: readonly [Point, Point, Point, Point]): readonly Point[] {
  return Array.from({ length: pieces }, (_, index) => {
    const t = (index + 1) / pieces;
    const s = 1 - t;
    const at = (axis: "x" | "y"): number =>
      s ** 3 * a[axis] + 3 * s * s * t * b[axis] + 3 * s * t * t * c[axis] + t ** 3 * d[axis];
    return { x: at("x"), y: at("y") };
  });
}

/** How often edges without a common end cross: an edge of a trunk counts as if it ran alone. */
export function crossingsOf(lines: readonly Polyline[]): number {
  const segments = lines
    .flatMap((line) =>
      line.points.slice(1).map((b, index) => segment(line, line.points[index] ?? b, b)),
    )
    .sort((p, q) => p.top - q.top);
  let open: Segment[] = [];
  let crossings = 0;
  for (const added of segments) {
    open = open.filter((other) => other.bottom >= added.top);
    for (const other of open) if (cross(added, other)) crossings += 1;
    open.push(added);
  }
  return crossings;
}

interface Segment {
  readonly line: Polyline;
  readonly a: Point;
  readonly b: Point;
  readonly top: number;
  readonly bottom: number;
}

function segment(line: Polyline, a: Point, b: Point): Segment {
  return { line, a, b, top: Math.min(a.y, b.y), bottom: Math.max(a.y, b.y) };
}

function cross(p: Segment, q: Segment): boolean {
  if (Math.max(p.a.x, p.b.x) < Math.min(q.a.x, q.b.x)) return false;
  if (Math.max(q.a.x, q.b.x) < Math.min(p.a.x, p.b.x)) return false;
  if (p.line.from === q.line.from || p.line.to === q.line.to) return false;
  if (p.line.from === q.line.to || p.line.to === q.line.from) return false;
  return isLeft(p, q.a) !== isLeft(p, q.b) && isLeft(q, p.a) !== isLeft(q, p.b);
}

function isLeft({ a, b }: Segment, point: Point): boolean {
  return (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) > 0;
}
