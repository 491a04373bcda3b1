import type { Fn } from "../typed/module-types.ts";
import { bind, type Binding, type BindingsOf, type BoundNode } from "./bind.ts";
import { node } from "./node.ts";

/** What each dependency is bound to, as text: the node's name, or the constant. */
export type BoundTexts = Readonly<Record<string, string>>;

/** What a family of nodes has in common. */
export interface BindManyOptions<N extends string> {
  /**
   * The description of each node: made of its name and what its dependencies are bound to, or a text in which `{name}` and
   * `{dependency}` stand for those. @default the comment above the function
   */
  readonly description?: string | ((name: N, bound: BoundTexts) => string);
}

/**
 * Makes one function a family of nodes, each with bindings of its own.
 *
 * @example
 * export const { shortMean, longMean } = bindMany(mean, {
 *   shortMean: { days: value(7) },
 *   longMean: { days: value(28), rows: "cleanRows" },
 * }, { description: "The mean of {days} days of {rows}." });
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
        description === undefined
          ? bound
          : node(bound, { description: described(description, name, textsOf(bindings)) }),
      ];
    },
  );
  // each is what `bind` makes of its bindings
  return Object.freeze(Object.fromEntries(members)) as {
    readonly [N in keyof Family]: BoundNode<F, Family[N]>;
  };
}

function described<N extends string>(
  description: NonNullable<BindManyOptions<N>["description"]>,
  name: N,
  bound: BoundTexts,
): string {
  if (typeof description === "function") return description(name, bound);
  const texts: ReadonlyMap<string, string> = new Map([["name", name], ...Object.entries(bound)]);
  // a name that nothing is bound to stands as it is: a dependency's own name says what it is
  return description.replace(/\{(\w+)\}/gu, (_, key: string) => texts.get(key) ?? key);
}

function textsOf(bindings: Readonly<Record<string, Binding>>): BoundTexts {
  return Object.fromEntries(Object.entries(bindings).map(([key, to]) => [key, textOf(to)]));
}

function textOf(binding: Binding): string {
  if (typeof binding === "string") return binding;
  if (binding.bind === "group") return Object.values(binding.nodes).join(", ");
  if (typeof binding.value === "string") return binding.value;
  const plain = (_: string, part: unknown): unknown =>
    typeof part === "bigint" ? part.toString() : part;
  return JSON.stringify(binding.value, plain);
}
