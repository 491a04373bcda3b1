import type { HandsOut } from "./fan-types.ts";
import type { Overriding } from "../modifier/override.ts";

/** Any function at all. */
export type Fn = (...args: never[]) => unknown;

/** What a function needs, by name: the keys of its first parameter, as far as they are known. */
export type Deps<F> = F extends () => unknown
  ? {}
  : F extends (deps: infer D extends object, ...rest: never[]) => unknown
    ? D
    : {};

/** What a node makes: the awaited result of its function; one item of a node that hands out several. */
export type Output<F> =
  F extends HandsOut<infer T> ? T : F extends (...args: never[]) => infer R ? Awaited<R> : never;

/** The nodes of a module: its exported functions, less those whose name starts with `_`. */
export type Nodes<M> = {
  [K in keyof M as K extends `_${string}` | "default" ? never : M[K] extends Fn ? K : never]: M[K];
};

/** Names of the nodes of a module. */
export type NodeName<M> = keyof Nodes<M> & string;

/** The nodes of several modules together; those of `override(module)` replace earlier ones. */
export type Merge<Ms extends readonly unknown[], Before = {}> = Ms extends readonly [
  infer A,
  ...infer R,
]
  ? Merge<R, (A extends Overriding ? Omit<Before, keyof Nodes<A>> : Before) & Nodes<A>>
  : Before;

/** The same type, printed with its properties rather than by the name of an alias. */
export type Show<T> = { [K in keyof T]: T[K] } & {};

/** The node of a name; `never` when there is none. */
export type NodeAt<M, K> = M extends { readonly [P in K & PropertyKey]: infer F } ? F : never;

/** One member of a union, for an error message. */
export type OneOf<U> = (U extends unknown ? (member: () => U) => void : never) extends (
  member: infer I,
) => void
  ? I extends () => infer L
    ? L
    : never
  : never;
