import type { Deps, Show } from "./module-types.ts";

/** Names of the nodes reachable upstream from `Todo`, itself included: breadth first, tail recursive. */
export type Upstream<M, Todo extends keyof M, Done extends keyof M = never> = [Todo] extends [never]
  ? Done
  : Upstream<
      M,
      Exclude<{ [K in Todo]: keyof Deps<M[K]> }[Todo] & keyof M, Done | Todo>,
      Done | Todo
    >;

/** What the nodes `Up` need and no module makes. A name is required when one of them requires it. */
export type External<M, Up extends keyof M> = Show<
  {
    [P in Wanted<M, Up> as P extends RequiredNames<M, Up> ? P : never]: TypeOf<M, Up, P>;
  } & {
    [P in Wanted<M, Up> as P extends RequiredNames<M, Up> ? never : P]?: TypeOf<M, Up, P>;
  }
>;

/**
 * What a caller supplies to compute the nodes `K`.
 *
 * @typeParam Cut - nodes whose values are supplied as overrides, so that nothing upstream of them is needed.
 */
export type InputsFor<M, K extends keyof M, Cut extends keyof M = never> = External<
  M,
  Exclude<Upstream<M, Exclude<K, Cut>, Cut>, Cut>
>;

type Wanted<M, Up extends keyof M> = Exclude<{ [N in Up]: keyof Deps<M[N]> }[Up], keyof M>;

type RequiredKeys<D> = { [P in keyof D]-?: {} extends Pick<D, P> ? never : P }[keyof D];

type RequiredNames<M, Up extends keyof M> = Exclude<
  { [N in Up]: RequiredKeys<Deps<M[N]>> }[Up],
  keyof M
>;

type Wanters<M, Up extends keyof M, P> = {
  [N in Up]: P extends keyof Deps<M[N]> ? N : never;
}[Up];

/** What suits every node that wants `P`: boxed in functions, or `boolean` would become `never`. */
type TypeOf<M, Up extends keyof M, P> = {
  [N in Wanters<M, Up, P>]: (value: Deps<M[N]>[P & keyof Deps<M[N]>]) => void;
}[Wanters<M, Up, P>] extends (value: infer I) => void
  ? I
  : never;
