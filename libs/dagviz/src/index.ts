export { DuplicateNodeError, PictureCycleError, UnknownNodeError } from "./errors.ts";
export { graphDot } from "./graph-dot.ts";
export { graphMermaid } from "./graph-mermaid.ts";
export type {
  GraphPicture,
  NodeKind,
  NodeStatus,
  PictureEdge,
  PictureNode,
} from "./graph-picture.ts";
export {
  type GraphLayout,
  layoutGraph,
  type PlacedEdge,
  type PlacedNode,
} from "./layout/layout-graph.ts";
export type { LayoutOptions } from "./layout/layout-options.ts";
export type { Point } from "./layout/route-link.ts";
export {
  type DescribedGraph,
  type DescribedNode,
  pictureOf,
  type PictureOfOptions,
} from "./picture-of.ts";
export { edgePath } from "./svg/edge-svg.ts";
export { graphSvg, type SvgOptions } from "./svg/graph-svg.ts";
export type { Theme } from "./svg/style-sheet.ts";
