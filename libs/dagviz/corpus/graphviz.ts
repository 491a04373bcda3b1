import { instance } from "@viz-js/viz";
import type { GraphPicture } from "../src/graph-picture.ts";
import { cardSize } from "../src/svg/card-size.ts";
import { curve, type Polyline } from "./polylines.ts";
import type { Point } from "../src/layout/route-link.ts";

const pixelsPerInch = 72;

/** The edges of a picture as Graphviz `dot` draws them, with boxes of our size. */
export async function graphvizPolylines(picture: GraphPicture): Promise<readonly Polyline[]> {
  const viz = await instance();
  const plain = viz.renderString(dotOf(picture), { engine: "dot", format: "plain" });
  return plain
    .replaceAll("\\\n", "")
    .split("\n")
    .filter((line) => line.startsWith("edge "))
    .map(polylineOf);
}

function dotOf(picture: GraphPicture): string {
  const nodes = picture.nodes.map((node) => {
    const { width, height } = cardSize(node);
    return `"${node.id}" [width=${width / pixelsPerInch}, height=${height / pixelsPerInch}]`;
  });
  const edges = picture.edges.map(({ from, to }) => `"${from}" -> "${to}"`);
  return `digraph { node [shape=box, fixedsize=true, label=""]; edge [arrowhead=none]; ${[...nodes, ...edges].join(";")} }`;
}

/** `edge from to count x1 y1 … style colour`: control points of joined Bézier curves. */
function polylineOf(line: string): Polyline {
  const [, from = "", to = "", count = "0", ...rest] = line.split(" ");
  const controls = Array.from({ length: Number(count) }, (_, index): Point => ({
    x: Number(rest[index * 2]),
    y: -Number(rest[index * 2 + 1]),
  }));
  const unquoted = (id: string): string => id.replaceAll('"', "");
  const points: Point[] = controls.slice(0, 1);
  for (let at = 3; at < controls.length; at += 3) {
    const [a, b, c, d] = controls.slice(at - 3, at + 1);
    if (a !== undefined && b !== undefined && c !== undefined && d !== undefined)
      points.push(...curve([a, b, c, d]));
  }
  return { from: unquoted(from), to: unquoted(to), points };
}
