import type { Fn } from "../typed/module-types.ts";
import { type Dependency, readParameters } from "./parameters.ts";
import { resolveNode } from "./resolve.ts";

/** What a node's function takes. */
export interface CallNeeds {
  readonly dependencies: readonly Dependency[];
  /** Whether it takes a context behind them. */
  readonly usesContext: boolean;
}

/**
 * What a node's function takes when it is called directly: also of a pipe, a part of `fields` or a node of a subgraph, which
 * then computes all that belongs to it.
 *
 * @example
 * callNeeds(bind(({ a, b = 1 }) => a + b, { a: "x" })).dependencies;
 * // [{ name: "x", required: true }, { name: "b", required: false }]
 */
export function callNeeds(fn: Fn): CallNeeds {
  const scope = { parametersOf: readParameters, sourceOf: () => undefined, holds: () => false };
  const { dependencies, usesContext } = resolveNode(fn, new Map(), scope);
  return { dependencies, usesContext };
}
