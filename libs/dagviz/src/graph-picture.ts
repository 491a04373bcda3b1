/**
 * What a box stands for; it picks the box's shape and badge.
 *
 * Any other word is allowed and drawn neutrally.
 */
export type NodeKind =
  | "input"
  | "choice"
  | "function"
  | "each"
  | "collect"
  | "task"
  | "artifact"
  | (string & {});

/** How far a node, or a task, has come; shown at the right of its box. */
export type NodeStatus =
  | "pending"
  | "running"
  | "succeeded"
  | "cached"
  | "skipped"
  | "cancelled"
  | "failed";

/** One box. */
export interface PictureNode {
  /** Unique within the picture. */
  readonly id: string;
  /** The first line in the box; cut with an ellipsis where it is very long. */
  readonly label: string;
  readonly kind: NodeKind;
  /** A word shared by boxes that belong together, such as a module's name; drawn as a coloured edge, and as a frame where they lie together. */
  readonly group?: string;
  readonly status?: NodeStatus;
  /** A second, smaller line: a type, a duration, a pool. */
  readonly detail?: string;
}

/** One arrow, from what is needed to what needs it. */
export interface PictureEdge {
  readonly from: string;
  readonly to: string;
  /** Drawn dashed: the receiver has a default. @default false */
  readonly optional?: boolean;
}

/**
 * A directed acyclic graph to be drawn.
 *
 * @example
 * const picture: GraphPicture = {
 *   title: "prepareData",
 *   nodes: [
 *     { id: "rawData", label: "rawData", kind: "input" },
 *     { id: "rawTable", label: "rawTable", kind: "function", status: "succeeded", detail: "12 ms" },
 *   ],
 *   edges: [{ from: "rawData", to: "rawTable" }],
 * };
 */
export interface GraphPicture {
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
  readonly title?: string;
}
