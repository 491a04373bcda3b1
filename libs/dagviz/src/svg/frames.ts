import type { PictureNode } from "../graph-picture.ts";
import type { PlacedNode } from "../layout/layout-graph.ts";
import { escapeXml } from "./escape-xml.ts";
import { fitText, oneLine } from "./text-width.ts";

/** A frame around all nodes of a group. @internal */
export interface Frame {
  readonly group: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const side = 12;
const head = 20;
const nameSize = 11;

/**
 * Frames around the groups whose nodes lie together: no node of another kind and no other frame is in the way.
 *
 * Groups of one node, and one that holds all nodes, have none.
 *
 * @param placed - the boxes of `nodes`, in the same order.
 * @internal
 */
export function framesOf(
  nodes: readonly PictureNode[],
  placed: readonly PlacedNode[],
): readonly Frame[] {
  const boxes = nodes.flatMap(({ group }, index) => {
    const box = placed[index];
    return box === undefined ? [] : [{ group, box }];
  });
  const frames: Frame[] = [];
  for (const [group, members] of Map.groupBy(boxes, (it) => it.group)) {
    if (group === undefined || members.length < 2 || members.length === nodes.length) continue;
    const frame = { group, ...around(members.map((it) => it.box)) };
    const isClear =
      !boxes.some((it) => it.group !== group && overlap(frame, it.box)) &&
      !frames.some((other) => overlap(frame, other));
    if (isClear) frames.push(frame);
  }
  return frames;
}

/** A frame as SVG, with its group's name at the top. @internal */
export function frameSvg({ group, x, y, width, height }: Frame, colour: number, p: string): string {
  const name = escapeXml(fitText(oneLine(group), nameSize, width - 2 * side));
  return `<rect class="${p}-frame ${p}-group-${colour}" x="${x}" y="${y}" width="${width}" height="${height}" rx="12"/><text class="${p}-text ${p}-small ${p}-muted" x="${x + side}" y="${y + 14}">${name}</text>`;
}

type Area = Omit<Frame, "group">;

function around(boxes: readonly Area[]): Area {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, width, height } of boxes) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return {
    x: short(left - side),
    y: short(top - head),
    width: short(right - left + 2 * side),
    height: short(bottom - top + head + side),
  };
}

function overlap(a: Area, b: Area): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function short(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
