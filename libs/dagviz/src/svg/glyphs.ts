import type { NodeStatus } from "../graph-picture.ts";
import { badgeKinds, type BadgeKind, statuses } from "./palette.ts";

/** Strokes of the badges, on a 20 × 20 grid. */
const badges: Readonly<Record<BadgeKind, string>> = {
  function: "M13.2 5.6c-1.9-.9-3.1 0-3.4 1.9l-1.1 6c-.3 1.6-1.2 2.2-2.6 1.7M7.2 9.3h4.9",
  input: "M10 4.6v6.8M7 8.7l3 3 3-3M5.4 14.9h9.2",
  choice: "M10 4.6 15.4 10 10 15.4 4.6 10Z",
  each: "M5 10h3M8 10l6.6-4.6M8 10h6.6M8 10l6.6 4.6",
  collect: "M15 10h-3M12 10 5.4 5.4M12 10H5.4M12 10l-6.6 4.6",
  artifact: "M6.2 4.8h4.6l3 3v7.4H6.2ZM10.8 4.8v3h3",
  task: "M4.7 8 10 5.2 15.3 8 10 10.8ZM4.7 11.6 10 14.4l5.3-2.8",
  other: "M10 6.4a3.6 3.6 0 1 0 0 7.2 3.6 3.6 0 1 0 0-7.2Z",
};

/** Strokes of the statuses, on a 16 × 16 grid; drawn light on a disc, except where {@link hollow}. */
const marks: Readonly<Record<NodeStatus, string>> = {
  succeeded: "M4.9 8.3 7.1 10.5 11.2 5.8",
  cached: "M8.7 4 5.6 8.4H10.3L7.3 12",
  running: "M8 2a6 6 0 1 1-6 6",
  pending: "M8 2a6 6 0 1 0 0 12 6 6 0 1 0 0-12Z",
  skipped: "M5 5.4 7.6 8 5 10.6M8.6 5.4 11.2 8 8.6 10.6",
  cancelled: "M5 8H11",
  failed: "M5.7 5.7 10.3 10.3M10.3 5.7 5.7 10.3",
};
const hollow: ReadonlySet<NodeStatus> = new Set(["running", "pending"]);

/**
 * Definitions of the badges and status marks that a picture uses, each once.
 *
 * @internal
 */
export function glyphDefinitions(
  used: { readonly kinds: ReadonlySet<BadgeKind>; readonly statuses: ReadonlySet<NodeStatus> },
  prefix: string,
): string {
  const kinds = badgeKinds
    .filter((kind) => used.kinds.has(kind))
    .map((kind) => badge(kind, prefix));
  const states = statuses.filter((it) => used.statuses.has(it)).map((it) => mark(it, prefix));
  return [...kinds, ...states].join("");
}

/** Draws a defined badge or mark with its top left corner at (x, y). @internal */
export function glyph(
  name: string,
  place: { readonly x: number; readonly y: number },
  prefix: string,
): string {
  return `<use href="#${prefix}-${name}" x="${place.x}" y="${place.y}"/>`;
}

function badge(kind: BadgeKind, p: string): string {
  return `<g id="${p}-kind-${kind}"><rect class="${p}-tint ${p}-fill-${kind}" width="20" height="20" rx="6"/><path class="${p}-glyph ${p}-stroke-${kind}" d="${badges[kind]}"/></g>`;
}

function mark(status: NodeStatus, p: string): string {
  const path = (stroke: string): string =>
    `<path class="${p}-glyph ${p}-${stroke}" d="${marks[status]}"/>`;
  const body = hollow.has(status)
    ? path(`stroke-${status}`)
    : `<circle class="${p}-fill-${status}" cx="8" cy="8" r="7"/>${path("cut")}`;
  return `<g id="${p}-status-${status}">${body}</g>`;
}
