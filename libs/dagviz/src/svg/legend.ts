import type { NodeStatus } from "../graph-picture.ts";
import { escapeXml } from "./escape-xml.ts";
import { glyph } from "./glyphs.ts";
import { type BadgeKind, badgeKinds, groupColour, statuses } from "./palette.ts";
import { fitText, oneLine, textWidth } from "./text-width.ts";

/** What a picture shows and its legend therefore explains. @internal */
export interface Shown {
  readonly kinds: ReadonlySet<BadgeKind>;
  readonly statuses: ReadonlySet<NodeStatus>;
  readonly groups: readonly string[];
  readonly hasOptional: boolean;
}

/** A legend of a given width, drawn from (0, 0). @internal */
export interface Legend {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

interface Item {
  readonly word: string;
  readonly symbolWidth: number;
  readonly symbol: (place: { readonly x: number; readonly y: number }) => string;
}

const wordSize = 11;
const rowHeight = 26;
const itemGap = 18;
const symbolGap = 6;
const widestWord = 200;

/**
 * Explains every kind, status, group and dashed line that a picture has, in rows that wrap.
 *
 * @param widest - pixels; a single item may be wider.
 * @internal
 */
export function legend(shown: Shown, widest: number, prefix: string): Legend {
  const texts: string[] = [];
  let [x, y, width] = [0, 0, 0];
  for (const item of itemsOf(shown, prefix)) {
    const word = fitText(oneLine(item.word), wordSize, widestWord);
    const itemWidth = item.symbolWidth + symbolGap + textWidth(word, wordSize);
    if (x > 0 && x + itemWidth > widest) [x, y] = [0, y + rowHeight];
    texts.push(item.symbol({ x, y }), wordSvg(word, x + item.symbolWidth + symbolGap, y, prefix));
    width = Math.max(width, x + itemWidth);
    x = Math.ceil(x + itemWidth + itemGap);
  }
  return { svg: texts.join(""), width, height: texts.length === 0 ? 0 : y + rowHeight };
}

function itemsOf(shown: Shown, p: string): readonly Item[] {
  return [
    ...badgeKinds.filter((kind) => shown.kinds.has(kind)).map((kind) => kindItem(kind, p)),
    ...statuses.filter((status) => shown.statuses.has(status)).map((it) => statusItem(it, p)),
    ...(shown.hasOptional ? [optionalItem(p)] : []),
    ...shown.groups.map((group, index) => groupItem(group, index, p)),
  ];
}

function kindItem(kind: BadgeKind, p: string): Item {
  return { word: kind, symbolWidth: 20, symbol: (at) => glyph(`kind-${kind}`, at, p) };
}

function statusItem(status: NodeStatus, p: string): Item {
  const symbol: Item["symbol"] = ({ x, y }) => glyph(`status-${status}`, { x, y: y + 2 }, p);
  return { word: status, symbolWidth: 16, symbol };
}

function optionalItem(p: string): Item {
  const symbol: Item["symbol"] = ({ x, y }) =>
    `<path class="${p}-edge ${p}-optional" d="M${x} ${y + 10}h24"/>`;
  return { word: "optional", symbolWidth: 24, symbol };
}

function groupItem(group: string, index: number, p: string): Item {
  const symbol: Item["symbol"] = ({ x, y }) =>
    `<rect class="${p}-group-${groupColour(index)}" x="${x}" y="${y + 2}" width="4" height="16" rx="2"/>`;
  return { word: group, symbolWidth: 4, symbol };
}

function wordSvg(word: string, x: number, y: number, p: string): string {
  return `<text class="${p}-text ${p}-small ${p}-muted" x="${x}" y="${y + 14}">${escapeXml(word)}</text>`;
}
