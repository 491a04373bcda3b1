import type { PictureNode } from "../graph-picture.ts";
import type { PlacedNode } from "../layout/layout-graph.ts";
import { badgeStart, card, cardText, textStart } from "./card-size.ts";
import { escapeXml } from "./escape-xml.ts";
import { glyph } from "./glyphs.ts";
import { badgeKind } from "./palette.ts";

/** How a card is drawn beside its own facts. @internal */
export interface CardStyle {
  readonly prefix: string;
  /** Index of the node's group, if it has one. */
  readonly group: number | undefined;
}

/** One node as SVG, with a tooltip of all that is known about it. @internal */
export function cardSvg(
  node: PictureNode,
  { x, y, width, height }: PlacedNode,
  style: CardStyle,
): string {
  const { prefix: p } = style;
  const state = node.status === undefined ? "" : ` ${p}-is-${node.status}`;
  return [
    `<g class="${p}-node${state}" data-node="${escapeXml(node.id)}" transform="translate(${x} ${y})">`,
    `<title>${escapeXml(describe(node))}</title>`,
    shape(node, width, height, p),
    bar(style, height),
    glyph(`kind-${badgeKind(node.kind)}`, { x: badgeStart(node), y: (height - card.badge) / 2 }, p),
    ...lines(node, height, p),
    statusMark(node, width, height, p),
    "</g>",
  ].join("");
}

function describe({ label, kind, group, status, detail }: PictureNode): string {
  const facts = [group === undefined ? kind : `${kind} of ${group}`, status, detail];
  return `${label}: ${facts.filter((fact) => fact !== undefined && fact !== "").join(", ")}`;
}

/** Inputs are pills, tasks a stack of two cards, all others plain cards. */
function shape(node: PictureNode, width: number, height: number, p: string): string {
  const kind = badgeKind(node.kind);
  const isPill = kind === "input" || kind === "choice";
  const rect = (classes: string, more = ""): string =>
    `<rect class="${classes}" width="${width}" height="${height}" rx="${isPill ? height / 2 : 9}"${more}/>`;
  const behind =
    kind === "task" ? rect(`${p}-card`, ' x="4" y="4"') : rect(`${p}-shadow`, ' y="2"');
  const tint = isPill ? rect(`${p}-tint ${p}-fill-${kind}`) : "";
  return behind + rect(`${p}-card`) + tint;
}

function bar({ group, prefix: p }: CardStyle, height: number): string {
  if (group === undefined) return "";
  return `<rect class="${p}-group-${group}" x="7" y="9" width="4" height="${height - 18}" rx="2"/>`;
}

function lines(node: PictureNode, height: number, p: string): readonly string[] {
  const { label, detail } = cardText(node);
  const x = textStart(node);
  const labelY = detail === undefined ? height / 2 + 4.5 : 21;
  const first = `<text class="${p}-text ${p}-label" x="${x}" y="${labelY}">${escapeXml(label)}</text>`;
  if (detail === undefined) return [first];
  return [
    first,
    `<text class="${p}-text ${p}-small ${p}-muted" x="${x}" y="37">${escapeXml(detail)}</text>`,
  ];
}

function statusMark(node: PictureNode, width: number, height: number, p: string): string {
  if (node.status === undefined) return "";
  const place = { x: width - card.padding - card.status, y: (height - card.status) / 2 };
  return glyph(`status-${node.status}`, place, p);
}
