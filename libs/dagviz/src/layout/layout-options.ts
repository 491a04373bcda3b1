import type { PictureNode } from "../graph-picture.ts";

/** How roomy a layout is, and how large its boxes are. All in pixels. */
export interface LayoutOptions {
  /** Least distance between boxes side by side. @default 28 */
  readonly gapX?: number;
  /** Least distance between layers. @default 44 */
  readonly gapY?: number;
  /**
   * How long fewer crossings are looked for, 0 or above: 0.1 takes some 4 ms instead of 16 for 200 nodes, and crosses
   * edges about a quarter more often.
   *
   * Unconnected parts share it by their sizes.
   *
   * @default 1
   */
  readonly effort?: number;
  /** The size of a node's box. @default what {@link graphSvg} needs for its text */
  readonly sizeOf?: (node: PictureNode) => { readonly width: number; readonly height: number };
}
