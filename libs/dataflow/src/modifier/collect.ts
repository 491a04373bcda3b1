import { callNode, markNode } from "../node/spec.ts";
import type { Gathers } from "../typed/fan-types.ts";
import type { Fn } from "../typed/module-types.ts";

/**
 * A node that runs once for all items of an {@link each}: what it takes from inside the innermost fan-out comes as a list,
 * in the order of the items; what it takes from outside comes as it is.
 *
 * @example
 * export const total = collect(({ price, discount }: { price: readonly number[]; discount: number }) =>
 *   sum(price) - discount,
 * );
 */
export function collect<F extends Fn>(fn: F): F & Gathers {
  const of: Fn = fn;
  const made = markNode({ kind: "fan", of, fan: { kind: "collect" } }, (deps, context) =>
    callNode(of, deps, context),
  );
  // called directly, it is `fn`; that it gathers stands in its type alone
  return made as unknown as F & Gathers;
}
