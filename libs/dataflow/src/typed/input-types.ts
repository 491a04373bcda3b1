import type { Deps, NodeAt, Show } from "./module-types.ts";

/** Names of the nodes reachable upstream from `Todo`, itself included: breadth first, tail recursive. */
export type Upstream<M, Todo, Done = never> = [Todo] extends [never]
  ? Done
  : Upstream<M, NewNodes<M, DepNames<M, Todo>, Done | Todo>, Done | Todo>;

type DepNames<M, Name> = Name extends unknown ? keyof Deps<NodeAt<M, Name>> : never;

/**
 * Names in `Name` that are nodes and not seen yet.
 *
 * Asks for each whether `M` has it: asking whether `keyof M` does takes time by the number of nodes.
 */
type NewNodes<M, Name, Seen> = Name extends Seen
  ? never
  : [NodeAt<M, Name>] extends [never]
    ? never
    : Name;

/** What the nodes `Up` need and no module makes. A name is required when one of them requires it. */
export type External<M, Up> = FromNeeds<NeedsOf<M, Up>>;

/**
 * One input of one node. An interface, because equal needs of many nodes are then one type: a thousand nodes that share
 * fifty inputs cost as much as fifty needs.
 */
interface Need<Name extends PropertyKey, Type, Required extends boolean> {
  readonly name: Name;
  readonly required: Required;
  /** Boxed, so that what suits all who need a name is an intersection, and `boolean` stays whole in it. */
  readonly take: (value: Type) => void;
}

type AnyNeed = Need<PropertyKey, never, boolean>;

type NeedsOf<M, Up> = Up extends unknown ? ExternalNeeds<M, Deps<NodeAt<M, Up>>> : never;

type ExternalNeeds<M, D> = {
  [P in keyof D]-?: [NodeAt<M, P>] extends [never]
    ? {} extends Pick<D, P>
      ? Need<P, Exclude<D[P], undefined>, false>
      : Need<P, D[P], true>
    : never;
}[keyof D];

type FromNeeds<N extends AnyNeed> = Show<
  { [P in RequiredName<N>]: TypeFor<N, P> } & {
    [P in Exclude<N["name"], RequiredName<N>>]?: TypeFor<N, P>;
  }
>;

type RequiredName<N extends AnyNeed> = Extract<N, { readonly required: true }>["name"];

type TypeFor<N extends AnyNeed, P> = Extract<N, { readonly name: P }>["take"] extends (
  value: infer T,
) => void
  ? T
  : never;

/** What a caller supplies to compute the nodes `K`. */
export type InputsFor<M, K> = External<M, Upstream<M, K>>;
