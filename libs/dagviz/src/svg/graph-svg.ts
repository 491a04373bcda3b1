import type { GraphPicture } from "../graph-picture.ts";
import { type GraphLayout, layoutGraph } from "../layout/layout-graph.ts";
import type { LayoutOptions } from "../layout/layout-options.ts";
import { cardSvg } from "./card-svg.ts";
import { arrowHead, edgeSvg } from "./edge-svg.ts";
import { escapeXml } from "./escape-xml.ts";
import { frameSvg, framesOf } from "./frames.ts";
import { glyphDefinitions } from "./glyphs.ts";
import { type Legend, legend, type Shown } from "./legend.ts";
import { badgeKind, groupColour } from "./palette.ts";
import { styleSheet, type Theme } from "./style-sheet.ts";
import { fitText, oneLine, textWidth } from "./text-width.ts";

/** How a picture looks. */
export interface SvgOptions extends Pick<LayoutOptions, "gapX" | "gapY" | "effort"> {
  /** `auto` follows the viewer's system; converters to PNG want `light` or `dark`. @default "auto" */
  readonly theme?: Theme;
  /** @default true */
  readonly legend?: boolean;
  /** Fills the picture's ground; without it, whatever lies behind shows. @default true */
  readonly background?: boolean;
  /** Draws a frame around each group whose nodes lie together. @default true */
  readonly frames?: boolean;
  /**
   * What every id and class begins with: letters, digits, `-` and `_`. Give each picture its own where several are
   * placed into one page's markup.
   *
   * @default "dag"
   */
  readonly prefix?: string;
}

const margin = 24;
const titleSize = 16;
const titleHeight = 48;
const widestTitle = 600;
const legendGap = 20;
const frameNameHeight = 20;

/**
 * Draws a picture as an SVG document that needs no other file.
 *
 * Deterministic to the byte. Boxes never overlap, texts fit their boxes and are escaped, every box has a tooltip, and
 * the document has a title and a description for readers who do not see it.
 *
 * @throws {@link DuplicateNodeError} `dagviz/duplicate-node`.
 * @throws {@link UnknownNodeError} `dagviz/unknown-node`, when an edge's end is no node.
 * @throws {@link PictureCycleError} `dagviz/cycle`.
 * @example
 * const svg = graphSvg(
 *   { nodes: [{ id: "age", label: "age", kind: "input", status: "succeeded" }], edges: [], title: "Ages" },
 *   { theme: "light" },
 * );
 */
export function graphSvg(picture: GraphPicture, options: SvgOptions = {}): string {
  const prefix = classPrefix(options.prefix ?? "dag");
  const layout = layoutGraph(picture, options);
  const shown = shownBy(picture);
  const key = legend(
    options.legend === false ? nothing : shown,
    Math.max(layout.width, 360),
    prefix,
  );
  const frames = options.frames === false ? [] : framesOf(picture.nodes, layout.nodes);
  const sheet = sheetOf(picture, layout, { key, hasFrames: frames.length > 0 });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${sheet.width}" height="${sheet.height}" viewBox="0 0 ${sheet.width} ${sheet.height}" role="img" aria-labelledby="${prefix}-title ${prefix}-description">`,
    `<title id="${prefix}-title">${escapeXml(titleOf(picture))}</title>`,
    `<desc id="${prefix}-description">${escapeXml(describe(picture))}</desc>`,
    `<style>${styleSheet(options.theme ?? "auto", prefix)}</style>`,
    `<defs>${arrowHead(prefix)}${glyphDefinitions(shown, prefix)}</defs>`,
    options.background === false ? "" : paper(sheet, prefix),
    picture.title === undefined ? "" : heading(picture, prefix),
    `<g transform="translate(${sheet.left} ${sheet.top})">`,
    ...frames.map((frame) =>
      frameSvg(frame, groupColour(shown.groups.indexOf(frame.group)), prefix),
    ),
    ...layout.edges.map((edge) => edgeSvg(edge, prefix)),
    ...cards(picture, layout, shown.groups, prefix),
    "</g>",
    key.height === 0 ? "" : footer(key, sheet, prefix),
    "</svg>\n",
  ].join("");
}

/** Names of classes begin with a letter or `_`. */
function classPrefix(wanted: string): string {
  return wanted.replace(/[^\w-]/g, "_").replace(/^(?![A-Za-z_])/, "_");
}

/** Where the parts of the document go. */
interface Sheet {
  readonly width: number;
  readonly height: number;
  /** Of the graph's top left corner. */
  readonly left: number;
  readonly top: number;
  readonly legendTop: number;
}

function sheetOf(
  picture: GraphPicture,
  layout: GraphLayout,
  { key, hasFrames }: { readonly key: Legend; readonly hasFrames: boolean },
): Sheet {
  const titleWidth = picture.title === undefined ? 0 : boldWidth(fittedTitle(picture.title));
  const inner = Math.max(layout.width, key.width, titleWidth);
  const top =
    margin + (picture.title === undefined ? 0 : titleHeight) + (hasFrames ? frameNameHeight : 0);
  const bottom = top + layout.height;
  return {
    width: Math.ceil(inner + 2 * margin),
    height: Math.ceil(bottom + margin + (key.height === 0 ? 0 : key.height + legendGap)),
    left: Math.round(margin + (inner - layout.width) / 2),
    top,
    legendTop: Math.round(bottom + legendGap * 2),
  };
}

const nothing: Shown = { kinds: new Set(), statuses: new Set(), groups: [], hasOptional: false };

function shownBy({ nodes, edges }: GraphPicture): Shown {
  return {
    kinds: new Set(nodes.map((node) => badgeKind(node.kind))),
    statuses: new Set(nodes.flatMap((node) => node.status ?? [])),
    groups: [...new Set(nodes.flatMap((node) => node.group ?? []))],
    hasOptional: edges.some((edge) => edge.optional === true),
  };
}

function titleOf(picture: GraphPicture): string {
  return picture.title ?? "Graph";
}

function describe({ nodes, edges }: GraphPicture): string {
  return `${counted(nodes.length, "node")}, ${counted(edges.length, "edge")}`;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function fittedTitle(title: string): string {
  return fitText(oneLine(title), titleSize, widestTitle);
}

/** Bold letters are wider than the table of widths says. */
function boldWidth(text: string): number {
  return textWidth(text, titleSize) * 1.12;
}

function paper({ width, height }: Sheet, p: string): string {
  return `<rect class="${p}-paper" width="${width}" height="${height}" rx="12"/>`;
}

function heading(picture: GraphPicture, p: string): string {
  const title = escapeXml(fittedTitle(titleOf(picture)));
  return `<text class="${p}-text ${p}-title" x="${margin}" y="38">${title}</text><text class="${p}-text ${p}-small ${p}-muted" x="${margin}" y="56">${describe(picture)}</text>`;
}

function cards(
  picture: GraphPicture,
  layout: GraphLayout,
  groups: readonly string[],
  prefix: string,
): readonly string[] {
  return picture.nodes.map((node, index) => {
    const placed = layout.nodes[index];
    if (placed === undefined) return "";
    const group = node.group === undefined ? undefined : groupColour(groups.indexOf(node.group));
    return cardSvg(node, placed, { prefix, group });
  });
}

function footer(key: Legend, { width, legendTop }: Sheet, p: string): string {
  const rule = legendTop - legendGap / 2 - 4;
  return `<path class="${p}-line" d="M${margin} ${rule}H${width - margin}"/><g transform="translate(${margin} ${legendTop})">${key.svg}</g>`;
}
