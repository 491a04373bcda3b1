import type { NodeStatus } from "../graph-picture.ts";

/** The kinds that have a badge of their own; any other word is drawn as `other`. @internal */
export type BadgeKind =
  | "input"
  | "choice"
  | "function"
  | "each"
  | "collect"
  | "task"
  | "artifact"
  | "other";

/** In the order of the legend. @internal */
export const badgeKinds: readonly BadgeKind[] = [
  "input",
  "choice",
  "function",
  "each",
  "collect",
  "task",
  "artifact",
  "other",
];

/** In the order of the legend. @internal */
export const statuses: readonly NodeStatus[] = [
  "succeeded",
  "cached",
  "running",
  "pending",
  "skipped",
  "cancelled",
  "failed",
];

/** The colours of one theme. @internal */
export interface Palette {
  readonly paper: string;
  readonly card: string;
  readonly border: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly edge: string;
  readonly kinds: Readonly<Record<BadgeKind, string>>;
  readonly statuses: Readonly<Record<NodeStatus, string>>;
  /** Bars of groups, reused from the start when there are more groups. */
  readonly groups: readonly string[];
}

/** @internal */
export const light: Palette = {
  paper: "#f8fafc",
  card: "#ffffff",
  border: "#cbd5e1",
  text: "#0f172a",
  muted: "#5b6b82",
  line: "#e2e8f0",
  edge: "#94a3b8",
  kinds: {
    function: "#4f46e5",
    input: "#0d8a7c",
    choice: "#b45309",
    each: "#0369a1",
    collect: "#be185d",
    task: "#9333ea",
    artifact: "#4d7c0f",
    other: "#64748b",
  },
  statuses: {
    succeeded: "#16a34a",
    cached: "#0e7490",
    running: "#2563eb",
    pending: "#94a3b8",
    skipped: "#94a3b8",
    cancelled: "#a16207",
    failed: "#dc2626",
  },
  groups: ["#38bdf8", "#f472b6", "#fbbf24", "#34d399", "#a78bfa", "#fb923c", "#94a3b8", "#2dd4bf"],
};

/** @internal */
export const dark: Palette = {
  paper: "#0d1420",
  card: "#182231",
  border: "#334358",
  text: "#e8eef7",
  muted: "#93a3ba",
  line: "#223044",
  edge: "#5c6f8a",
  kinds: {
    function: "#a5b4fc",
    input: "#5eead4",
    choice: "#fcd34d",
    each: "#7dd3fc",
    collect: "#f9a8d4",
    task: "#d8b4fe",
    artifact: "#bef264",
    other: "#a8b5c7",
  },
  statuses: {
    succeeded: "#22c55e",
    cached: "#22b8d1",
    running: "#60a5fa",
    pending: "#64748b",
    skipped: "#64748b",
    cancelled: "#d9a514",
    failed: "#f05252",
  },
  groups: ["#0ea5e9", "#ec4899", "#f59e0b", "#10b981", "#8b5cf6", "#f97316", "#94a3b8", "#14b8a6"],
};

/** @internal */
export function badgeKind(kind: string): BadgeKind {
  return badgeKinds.find((known) => known === kind) ?? "other";
}

/** The colour of the group that appears `index`-th. @internal */
export function groupColour(index: number): number {
  return index % light.groups.length;
}
