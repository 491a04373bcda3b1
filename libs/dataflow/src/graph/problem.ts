/** What a graph can be refused for. Stable, documented in the README. */
export type ProblemCode =
  | "dag/cycle"
  | "dag/unknown-node"
  | "dag/missing-input"
  | "dag/duplicate"
  | "dag/replaces-nothing"
  | "dag/positional-parameter"
  | "dag/rest-parameter"
  | "dag/computed-parameter"
  | "dag/unreadable-function"
  | "dag/unknown-dependency"
  | "dag/made-choice"
  | "dag/unknown-choice"
  | "dag/unmatched-choice"
  | "dag/unknown-input"
  | "dag/unknown-override"
  | "dag/crossed-fan-outs"
  | "dag/nothing-to-collect"
  | "dag/second-pass"
  | "dag/invalid-option";

/** One thing that is wrong with a graph, a plan or the inputs of a run. */
export interface GraphProblem {
  readonly code: ProblemCode;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** The node that it is about, where it is about one. */
  readonly node?: string;
  /** What to do about it, in one sentence. */
  readonly fix: string;
  /** The nodes of a cycle, from one back to itself; or those between items and what they need of all items. */
  readonly path?: readonly string[];
}
