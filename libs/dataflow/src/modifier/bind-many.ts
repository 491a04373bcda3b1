import type { Fn } from "../typed/module-types.ts";
import { bind, type Binding, type BindingsOf, type BoundNode } from "./bind.ts";
import { node } from "./node.ts";

/** What a family of nodes has in common. */
export interface BindManyOptions<N extends string> {
  /** The description of each node, by its name. @default the comment above the function */
  readonly description?: (name: N) => string;
}

/**
 * Makes one function a family of nodes, each with bindings of its own.
 *
 * @example
 * export const { shortMean, longMean } = bindMany(mean, {
 *   shortMean: { days: value(7) },
 *   longMean: { days: value(28), rows: "cleanRows" },
 * }, { description: (name) => `${name} of the rows` });
 */
export function bindMany<
  F extends Fn,
  const Family extends Readonly<Record<string, Readonly<Record<string, Binding>>>>,
>(
  fn: F,
  family: { readonly [N in keyof Family]: BindingsOf<F, Family[N]> },
  { description }: BindManyOptions<keyof Family & string> = {},
): { readonly [N in keyof Family]: BoundNode<F, Family[N]> } {
  const members = Object.entries<Readonly<Record<string, Binding>>>(family).map(
    ([name, bindings]) => {
      // BindingsOf held the bindings of each member against the function
      const bound: Fn = bind(fn, bindings as BindingsOf<F, Readonly<Record<string, Binding>>>);
      return [
        name,
        description === undefined ? bound : node(bound, { description: description(name) }),
      ];
    },
  );
  // each is what `bind` makes of its bindings
  return Object.freeze(Object.fromEntries(members)) as {
    readonly [N in keyof Family]: BoundNode<F, Family[N]>;
  };
}
