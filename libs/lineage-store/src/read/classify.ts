/** Why a node of one run differs from the same node of another. */
export type Cause =
  | "CODE"
  | "CONFIG"
  | "INPUT"
  | "TOPOLOGY"
  | "NONDETERMINISTIC"
  | "UPSTREAM"
  | "CONVERGED"
  | "SAME";

/** What is compared of one node in one run. */
export interface NodeSide {
  /** `input` for what the task was given. */
  readonly kind: "input" | "node";
  readonly codeVersion: string | null;
  readonly cacheKey: string | null;
  readonly valueHash: string | null;
  /** Whether another task made it. */
  readonly isLinked: boolean;
  /** Whether it was read from a config document. */
  readonly isConfig: boolean;
}

const ROOTS: ReadonlySet<Cause> = new Set([
  "CODE",
  "CONFIG",
  "INPUT",
  "TOPOLOGY",
  "NONDETERMINISTIC",
]);

/** Whether a difference begins at the node: it is not the consequence of one elsewhere. */
export function isRootCause(cause: Cause): boolean {
  return ROOTS.has(cause);
}

/**
 * Compares a node in two runs; `undefined` on a side means that the run has no such node.
 *
 * `CONVERGED`: the value is the same although the code or what went in is not. `NONDETERMINISTIC`: code and inputs are the
 * same and the value is not.
 */
export function classify(left: NodeSide | undefined, right: NodeSide | undefined): Cause {
  if (left === undefined || right === undefined) return "TOPOLOGY";
  if (left.kind !== right.kind) return "TOPOLOGY";
  return left.kind === "input" ? classifyInput(left, right) : classifyNode(left, right);
}

function classifyInput(left: NodeSide, right: NodeSide): Cause {
  if (left.valueHash === right.valueHash) return "SAME";
  if (left.isLinked && right.isLinked) return "UPSTREAM";
  return left.isConfig || right.isConfig ? "CONFIG" : "INPUT";
}

function classifyNode(left: NodeSide, right: NodeSide): Cause {
  const sameCode = left.codeVersion === right.codeVersion;
  const sameKey = left.cacheKey === right.cacheKey;
  if (left.valueHash === right.valueHash) return sameCode && sameKey ? "SAME" : "CONVERGED";
  if (!sameCode) return "CODE";
  return sameKey && left.cacheKey !== null ? "NONDETERMINISTIC" : "UPSTREAM";
}
