import type { NodeFacts } from "./node-facts.ts";

/** Something a person looks at, saved by a node while it runs. */
export interface ArtifactInput {
  /** Unique in the task run, e.g. `predictions`. */
  readonly key: string;
  readonly kind: "table" | "markdown" | "image" | "link" | "file" | "graph" | "chart";
  /** @default the key */
  readonly title?: string;
  /** E.g. `text/csv`. */
  readonly mediaType: string;
  readonly body: Uint8Array | string;
  /** The name under which a browser saves it. */
  readonly fileName?: string;
  /**
   * Takes the place of what this node saved before under the key, e.g. a chart that grows; otherwise a second one is an
   * error. @default false
   */
  readonly replaces?: boolean;
}

/** Bytes that a node leaves for itself: an attempt that follows one that was ended goes on from there. */
export interface Checkpoint {
  /**
   * What this node of this task run saved last, also in an earlier attempt.
   *
   * @returns `undefined` when it saved nothing yet.
   */
  readonly load: () => Promise<Uint8Array | undefined>;
  /** Replaces what was saved. Once it resolves, the bytes outlive the attempt; the task's success ends them. */
  readonly save: (bytes: Uint8Array) => Promise<void>;
}

/**
 * What a function gets as its second parameter, where it declares one.
 *
 * @example
 * export const model = async ({ rows }: { rows: Rows }, { signal, progress }: NodeContext): Promise<Model> => …
 */
export interface NodeContext {
  /** Aborted when the run is cancelled or another node has failed. */
  readonly signal: AbortSignal;
  /** Writes a line into the log of the run. */
  readonly log: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
  /** Says how far the node is: `done` of `total` steps. */
  readonly progress: (done: number, total?: number, text?: string) => void;
  /** Saves something for people to look at: up to 64 KiB are seen a second or so later, while the node still runs. */
  readonly artifact: (artifact: ArtifactInput) => void;
  /**
   * Tells facts about this execution for its lineage, e.g. `{ path, sizeBytes, rows, columns }`; later ones replace
   * those of the same name. At most 50; texts are cut to 1,000 characters. Never tell secrets.
   */
  readonly record: (facts: NodeFacts) => void;
  /** For work that is too long to begin anew: one place for each node of a task run, and for each item of a fan-out. */
  readonly checkpoint: Checkpoint;
  /** 1 at the first try of the task run. */
  readonly attempt: number;
}

/** A context for a node run outside any task: nothing is aborted, kept or shown. */
export function quietContext(signal: AbortSignal = new AbortController().signal): NodeContext {
  return {
    signal,
    log: ignore,
    progress: ignore,
    artifact: ignore,
    record: ignore,
    checkpoint: forgetful,
    attempt: 1,
  };
}

const forgetful: Checkpoint = { load: async () => undefined, save: async () => undefined };

function ignore(): void {}
