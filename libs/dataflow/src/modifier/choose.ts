import { UnmatchedChoiceError } from "../errors.ts";
import { CHOICE, type Chooses, type KeyValue } from "../typed/choice-types.ts";
import type { FanOfAll } from "../typed/fan-types.ts";
import type { Deps, Fn, Output, Show } from "../typed/module-types.ts";
import type { NodeContext } from "../node-context.ts";
import { callNode, markNode } from "../node/spec.ts";
import { choiceLabel } from "./choice-label.ts";

/** Functions by the value of the key that picks them. */
export type Branches = Readonly<Record<string, Fn>>;

/** What a choice needs: its key, and whatever a branch needs, since the branch may not be known yet. */
export type ChosenDeps<K extends string, B extends Branches, O> = Show<
  AllDeps<B> &
    ([O] extends [never]
      ? { [P in K]: KeyValue<keyof B> }
      : Deps<O> & { [P in K]?: KeyValue<keyof B, O> })
>;

type AllDeps<B> = {
  [V in keyof B]: (deps: Deps<B[V]>) => void;
}[keyof B] extends (deps: infer I) => void
  ? I
  : never;

/**
 * Makes a node of several functions, of which the input `key` picks one.
 *
 * A choice that is made when the graph is planned drops the inputs of the other branches; otherwise the value of the
 * input picks the branch when the run starts, and only what that branch needs is computed. `true` picks the branch
 * `"true"`. With `otherwise` any other value, and none at all, picks that function.
 *
 * @throws {@link UnmatchedChoiceError} `dag/unmatched-choice`, when called directly with a value that has no branch.
 * @example
 * export const rows = choose("developmentFlag", { false: allRows, true: someRows });
 * export const metric = choose("task", { regression: error }, { otherwise: accuracy });
 */
export function choose<const K extends string, B extends Branches>(
  key: K,
  branches: B,
): ((deps: ChosenDeps<K, B, never>, context?: NodeContext) => Output<B[keyof B]>) &
  Chooses<K, B> &
  FanOfAll<B[keyof B]>;
export function choose<const K extends string, B extends Branches, O extends Fn>(
  key: K,
  branches: B,
  options: { readonly otherwise: O },
): ((deps: ChosenDeps<K, B, O>, context?: NodeContext) => Output<B[keyof B] | O>) &
  Chooses<K, B, O> &
  FanOfAll<B[keyof B] | O>;
export function choose(
  key: string,
  branches: Branches,
  options: { readonly otherwise?: Fn } = {},
): Fn {
  const { otherwise } = options;
  const chosen = markNode({ kind: "choose", key, branches, otherwise }, (deps, context) => {
    const branch = branchFor(branches, otherwise, deps[key]);
    if (branch === undefined) throw new UnmatchedChoiceError(key, deps[key], Object.keys(branches));
    return callNode(branch, deps, context);
  });
  return Object.defineProperty(chosen, CHOICE, { value: { by: key, branches, otherwise } });
}

/** The branch that a value picks; `undefined` when none does. */
export function branchFor(
  branches: Branches,
  otherwise: Fn | undefined,
  value: unknown,
): Fn | undefined {
  const label = choiceLabel(value);
  return label !== undefined && Object.hasOwn(branches, label) ? branches[label] : otherwise;
}
