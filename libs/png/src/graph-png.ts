import { type GraphPicture, graphSvg, type SvgOptions } from "@weirflow/dagviz";
import { type PngOptions, svgToPng } from "./svg-to-png.ts";

/** How a picture of a graph looks as PNG. */
export interface GraphPngOptions extends PngOptions, Omit<SvgOptions, "theme" | "prefix"> {
  /** @default "light" */
  readonly theme?: "light" | "dark";
}

/**
 * Draws a graph as PNG.
 *
 * @throws {@link DuplicateNodeError} `dagviz/duplicate-node`.
 * @throws {@link UnknownNodeError} `dagviz/unknown-node`, when an edge's end is no node.
 * @throws {@link PictureCycleError} `dagviz/cycle`.
 * @example
 * const png = await graphPng({ nodes: [{ id: "age", label: "age", kind: "input" }], edges: [] });
 */
export async function graphPng(
  picture: GraphPicture,
  options: GraphPngOptions = {},
): Promise<Uint8Array> {
  return await svgToPng(graphSvg(picture, { theme: "light", ...options }), options);
}
