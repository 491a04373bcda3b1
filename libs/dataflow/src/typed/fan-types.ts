import type { Deps, NodeAt, Output } from "./module-types.ts";

declare const EACH: unique symbol;
declare const COLLECT: unique symbol;

/** A node that hands out items of type `T`; stands in its type alone. */
export interface HandsOut<T> {
  readonly [EACH]: T;
}

/** A node that gathers what was made of each item; stands in its type alone. */
export interface Gathers {
  readonly [COLLECT]: true;
}

/** What a function may give to hand out: not a string, whose items are rarely meant. */
export type Items<T = unknown> = (Iterable<T> & object) | AsyncIterable<T>;

/** One of the items that a function gives. */
export type ItemOf<F> = F extends (...args: never[]) => infer R ? ItemIn<Awaited<R>> : never;

type ItemIn<R> = R extends AsyncIterable<infer T> ? T : R extends Iterable<infer T> ? T : never;

/** How `F` fans out, for a node that is made of it. */
export type FanOf<F> = (F extends HandsOut<infer T> ? HandsOut<T> : unknown) &
  (F extends Gathers ? Gathers : unknown);

/** The same for a node that gives `R` in the place of what `F` gives. */
export type FanAs<F, R> = (F extends HandsOut<unknown> ? HandsOut<R> : unknown) &
  (F extends Gathers ? Gathers : unknown);

/** The same for a node that is one of the functions `F`, all of which fan out alike. */
export type FanOfAll<F> = ([F] extends [HandsOut<unknown>] ? HandsOut<Output<F>> : unknown) &
  ([F] extends [Gathers] ? Gathers : unknown);

/** How the node `N` of the modules `M` fans out for whoever takes it: its items are handed on where they are not collected. */
export type FanInside<M, N> = [Eaches<M>] extends [never]
  ? unknown
  : DepthOf<M, N> extends "0"
    ? unknown
    : HandsOut<Output<NodeAt<M, N>>>;

/** What a plan gives for the node `N`: a list for each `each` around it that is not collected. */
export type Gathered<M, N> = [Eaches<M>] extends [never]
  ? Output<NodeAt<M, N>>
  : Nested<Output<NodeAt<M, N>>, DepthOf<M, N>>;

/** What may stand in the place of the node `F`: of one that hands out items, all of them. */
export type Replacing<F> = F extends HandsOut<infer T> ? Items<T> : Output<F>;

type Eaches<M> = { [N in keyof M]: M[N] extends HandsOut<unknown> ? N : never }[keyof M];

type Nested<T, Depth> = Depth extends "0"
  ? T
  : Depth extends "1"
    ? readonly T[]
    : Depth extends "2"
      ? readonly (readonly T[])[]
      : readonly (readonly (readonly T[])[])[];

/** In how many fan-outs the value of `N` lies, up to three: what is upstream is walked with a count. */
export type DepthOf<M, N> = Deepest<Walk<M, Enter<M, "0", N>>>;

/** Whether the value of `D` comes as a list to `N`, which gathers: it lies one fan-out deeper. */
export type IsGathered<M, D, N> =
  DepthOf<M, D> extends More[DepthOf<M, N> & keyof More] ? true : false;

type Walk<M, Todo, Done = never> = [Todo] extends [never]
  ? Done
  : Walk<M, Exclude<Above<M, Todo>, Done | Todo>, Done | Todo>;

type Above<M, At> = At extends `${infer D}:${infer N}`
  ? Enter<M, D, keyof Deps<NodeAt<M, N>>>
  : never;

type Enter<M, D, N> = N extends string
  ? [NodeAt<M, N>] extends [never]
    ? never
    : `${Counted<NodeAt<M, N>, D>}:${N}`
  : never;

type Counted<F, D> =
  F extends HandsOut<unknown>
    ? More[D & keyof More]
    : F extends Gathers
      ? Less[D & keyof Less]
      : D & string;

interface More {
  "-2": "-1";
  "-1": "0";
  "0": "1";
  "1": "2";
  "2": "3";
  "3": "3";
}

interface Less {
  "-2": "-2";
  "-1": "-2";
  "0": "-1";
  "1": "0";
  "2": "1";
  "3": "2";
}

type Deepest<P> = [Extract<P, `3:${string}`>] extends [never]
  ? [Extract<P, `2:${string}`>] extends [never]
    ? [Extract<P, `1:${string}`>] extends [never]
      ? "0"
      : "1"
    : "2"
  : "3";
