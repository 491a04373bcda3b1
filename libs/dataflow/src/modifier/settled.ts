import type { NodeContext } from "../node-context.ts";
import { callNode, markNode } from "../node/spec.ts";
import { type Settled, settleAll } from "../plan/settled.ts";
import type { Fn } from "../typed/module-types.ts";

/**
 * A node that makes `R` of what it takes settled as `D`.
 *
 * A condition that always holds: what stands around a call of `settled` is not to be inferred from.
 */
export type SettledNode<D, R> = [D] extends [object]
  ? (deps: Unsettled<D>, context?: NodeContext) => R
  : never;

/** What the dependencies are before they are settled; in the place of one that is no `Settled`, what it has to be. */
export type Unsettled<D> = {
  [K in keyof D]: NonNullable<D[K]> extends Settled<unknown>
    ? Extract<NonNullable<D[K]>, { readonly ok: true }>["value"]
    : "a function of `settled` takes `Settled<T>`";
};

/**
 * Takes each dependency as `{ ok: true, value }` or `{ ok: false, error }`, and so runs also after nodes before it have
 * failed, in runs with `onError: "continue"`. In other runs every dependency is `ok`.
 *
 * `error.node` names the node that failed, which may be further up.
 *
 * @example
 * export const report = settled(({ price, stock }: { price: Settled<number>; stock: Settled<number> }) => ({
 *   price: price.ok ? price.value : undefined,
 *   missing: [price, stock].filter((part) => !part.ok).length,
 * }));
 */
export function settled<D extends object, R>(
  fn: (deps: D, context: NodeContext) => R,
): SettledNode<D, R> {
  const of: Fn = fn;
  return markNode({ kind: "settled", of }, (deps, context) =>
    callNode(of, settleAll(deps), context),
  ) as SettledNode<D, R>; // `settleAll` turns Unsettled<D> into D
}
