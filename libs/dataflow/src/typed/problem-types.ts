import type { ChoiceKeys } from "./choice-types.ts";
import type { Overriding } from "../modifier/override.ts";
import type { Gathers, IsGathered } from "./fan-types.ts";
import type { Deps, Fn, Merge, Nodes, Output } from "./module-types.ts";

/**
 * What is wrong with the modules, as sentences; `never` when nothing is.
 *
 * Duplicate nodes, edges whose ends differ in type, positional parameters, choices made by a node.
 */
export type Wrong<Ms extends readonly unknown[]> =
  | Duplicates<Ms>
  | BadEdges<Merge<Ms>>
  | Positional<Merge<Ms>>
  | MadeChoices<Merge<Ms>>;

type Duplicates<Ms extends readonly unknown[], Seen = never> = Ms extends readonly [
  infer A,
  ...infer R,
]
  ? | (A extends Overriding
        ? `override replaces no node '${Exclude<keyof Nodes<A>, Seen> & string}'`
        : `node '${keyof Nodes<A> & Seen & string}' is made by two modules`)
    | Duplicates<R, Seen | keyof Nodes<A>>
  : never;

type BadEdges<M> = {
  [K in keyof M & string]: Sentence<
    K,
    M[K] extends Gathers ? BadGathers<M, K, M[K]> : BadDeps<M, M[K]>
  >;
}[keyof M & string];

type Sentence<K extends string, D> = D extends string
  ? `'${K}' takes another type for '${D}' than '${D}' returns`
  : never;

/**
 * Asks whether `M` has a property rather than whether `keyof M` has a name: the latter takes time by the number of
 * nodes, for every parameter of every node.
 */
type BadDeps<M, F> = {
  [D in keyof Deps<F>]-?: M extends { readonly [P in D]: infer Maker }
    ? [Output<Maker>] extends [Deps<F>[D]]
      ? never
      : D
    : never;
}[keyof Deps<F>];

/** The same for a node that gathers: what comes from inside the fan-out is a list. */
type BadGathers<M, K, F> = {
  [D in keyof Deps<F>]-?: M extends { readonly [P in D]: infer Maker }
    ? [GatheredAs<Output<Maker>, IsGathered<M, D, K>>] extends [Deps<F>[D]]
      ? never
      : D
    : never;
}[keyof Deps<F>];

type GatheredAs<Made, IsList> = IsList extends true ? readonly Made[] : Made;

type Positional<M> = {
  [K in keyof M & string]: IsPositional<M[K]> extends true
    ? `'${K}' takes positional parameters; let it take one object, ({ a, b }), instead`
    : never;
}[keyof M & string];

type IsPositional<F> = F extends () => unknown
  ? false
  : F extends Fn
    ? [Parameters<F>[0]] extends [Leaf]
      ? true
      : false
    : false;

type Leaf = string | number | bigint | boolean | symbol | null | undefined | readonly unknown[];

type MadeChoices<M> = keyof M & ChoiceKeys<M, keyof M> extends infer K
  ? K extends string
    ? `'${K}' picks a branch, so it has to be an input, but a node makes it`
    : never
  : never;
