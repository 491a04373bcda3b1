import type { PictureNode } from "../graph-picture.ts";
import { fitText, oneLine, textWidth } from "./text-width.ts";

/** Measures of a node's card, in pixels. @internal */
export const card = {
  labelSize: 13,
  detailSize: 11,
  padding: 10,
  bar: 9,
  badge: 20,
  status: 16,
  gap: 8,
  height: 38,
  heightWithDetail: 50,
  minWidth: 88,
  maxTextWidth: 240,
} as const;

/** What is written on a card. @internal */
export interface CardText {
  readonly label: string;
  readonly detail: string | undefined;
}

/** The lines of a card, cut where they are too long. @internal */
export function cardText(node: PictureNode): CardText {
  const detail = oneLine(node.detail ?? "");
  return {
    label: fitText(oneLine(node.label), card.labelSize, card.maxTextWidth),
    detail: detail === "" ? undefined : fitText(detail, card.detailSize, card.maxTextWidth),
  };
}

/** The room that a node's card needs for its text, badge and status. @internal */
export function cardSize(node: PictureNode): { readonly width: number; readonly height: number } {
  const { label, detail } = cardText(node);
  const text = Math.max(textWidth(label, card.labelSize), textWidth(detail ?? "", card.detailSize));
  const status = node.status === undefined ? 0 : card.gap + card.status;
  const width = textStart(node) + text + status + card.padding + 2;
  return {
    width: Math.ceil(Math.max(card.minWidth, width)),
    height: detail === undefined ? card.height : card.heightWithDetail,
  };
}

/** Where the badge begins: after the group's bar, if there is one. @internal */
export function badgeStart(node: PictureNode): number {
  return card.padding + (node.group === undefined ? 0 : card.bar);
}

/** Where the text begins, from the card's left. @internal */
export function textStart(node: PictureNode): number {
  return badgeStart(node) + card.badge + card.gap;
}
