import type { NodeContext } from "../node-context.ts";
import { callNode, markNode } from "../node/spec.ts";
import { firstFailure } from "../plan/settled.ts";
import type { CHOICE, Chooses } from "../typed/choice-types.ts";
import type { FanOf } from "../typed/fan-types.ts";
import type { Deps, Fn, Output, Show } from "../typed/module-types.ts";

/** A constant in the place of a dependency. */
export interface Value<out T> {
  readonly bind: "value";
  readonly value: T;
}

/** Several nodes in the place of one dependency. */
export interface Group<out N> {
  readonly bind: "group";
  readonly nodes: N;
}

/** What stands in the place of a dependency: another node's name, a constant, or a group of nodes. */
export type Binding =
  | string
  | Value<unknown>
  | Group<readonly string[]>
  | Group<Readonly<Record<string, string>>>;

/**
 * A constant in the place of a dependency.
 * @example
 * export const weekly = bind(average, { days: value(7) });
 */
export function value<const T>(constant: T): Value<T> {
  return { bind: "value", value: constant };
}

/**
 * Several nodes in the place of one dependency: as a list, or as a record under names of its own.
 * @example
 * export const total = bind(sum, { parts: group(["rent", "food"]) });
 * export const report = bind(write, { sections: group({ intro: "summary", end: "outlook" }) });
 */
export function group<const N extends readonly string[] | Readonly<Record<string, string>>>(
  nodes: N,
): Group<N> {
  return { bind: "group", nodes };
}

/** What a dependency of type `T` may be bound to. */
type BindingOf<T> =
  | string
  | Value<T>
  | (NonNullable<T> extends readonly unknown[]
      ? Group<readonly string[]>
      : NonNullable<T> extends object
        ? Group<{ readonly [K in keyof NonNullable<T>]: string }>
        : never);

/** The bindings `M` where `F` allows them; in the place of any other, what it allows. */
export type BindingsOf<F, M> = {
  readonly [K in keyof M]: K extends keyof Deps<F>
    ? M[K] extends BindingOf<Deps<F>[K]>
      ? M[K]
      : BindingOf<Deps<F>[K]>
    : `the function takes no '${K & string}'`;
};

/** What a function needs once its dependencies are bound. */
export type Bound<D, M> = Show<
  {
    [K in keyof D as K extends keyof M ? (M[K] extends string ? M[K] : never) : K]: D[K];
  } & GroupedDeps<D, M>
>;

type GroupedDeps<D, M> = {
  [N in GroupedName<M>]: {
    [K in keyof M & keyof D]: M[K] extends Group<infer G> ? MemberOf<D[K], G, N> : unknown;
  }[keyof M & keyof D];
};

type GroupedName<M> = {
  [K in keyof M]: M[K] extends Group<infer G>
    ? G extends readonly (infer N extends string)[]
      ? N
      : G[keyof G] & string
    : never;
}[keyof M];

/** The type that the node `N` must have to stand in the group `G` for a dependency of type `T`. */
type MemberOf<T, G, N> = G extends readonly string[]
  ? N extends G[number]
    ? NonNullable<T> extends readonly (infer E)[]
      ? E
      : never
    : never
  : {
      [K in keyof G & keyof NonNullable<T>]: G[K] extends N ? NonNullable<T>[K] : never;
    }[keyof G & keyof NonNullable<T>];

/** A node that runs `F` for other dependencies; of a choice, it is a choice by the key's new name. */
export type BoundNode<F, M> = ((deps: Bound<Deps<F>, M>, context?: NodeContext) => Output<F>) &
  BoundChoice<F, M> &
  FanOf<F>;

type BoundChoice<F, M> = F extends {
  readonly [CHOICE]: { by: infer By extends string; branches: infer B; otherwise: infer O };
}
  ? By extends keyof M
    ? M[By] extends string
      ? Chooses<M[By], BoundBranches<B, M>, BoundBranch<O, M>>
      : unknown
    : Chooses<By, BoundBranches<B, M>, BoundBranch<O, M>>
  : unknown;

type BoundBranches<B, M> = { [V in keyof B]: BoundBranch<B[V], M> };

type BoundBranch<F, M> = [F] extends [never]
  ? never
  : (deps: Bound<Deps<F>, M>, context?: NodeContext) => Output<F>;

/**
 * The same function for other dependencies.
 *
 * @example
 * export const xTrain = bind(features, { rows: "trainRows" });
 * export const xValidation = bind(features, { rows: "validationRows", scale: value(1) });
 */
export function bind<F extends Fn, const M extends Readonly<Record<string, Binding>>>(
  fn: F,
  bindings: BindingsOf<F, M>,
): BoundNode<F, M> {
  return markNode({ kind: "bind", of: fn, bindings }, (deps, context) =>
    callNode(fn, rebind(bindings, deps), context),
  ) as BoundNode<F, M>; // `rebind` turns Bound<Deps<F>, M> into Deps<F>
}

/** The dependencies of the inner function from those of the bound one. */
export function rebind(
  bindings: Readonly<Record<string, Binding>>,
  deps: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const own: Record<string, unknown> = { ...deps };
  for (const [name, binding] of Object.entries(bindings)) {
    const bound = boundValue(binding, deps);
    if (bound === undefined) delete own[name];
    else own[name] = bound;
  }
  return own;
}

function boundValue(binding: Binding, deps: Readonly<Record<string, unknown>>): unknown {
  if (typeof binding === "string") return deps[binding];
  if (binding.bind === "value") return binding.value;
  const { nodes } = binding;
  const failed = firstFailure(boundNames(binding).map((node) => deps[node]));
  if (failed !== undefined) return failed;
  if (isList(nodes)) return nodes.map((node) => deps[node]);
  return Object.fromEntries(Object.entries(nodes).map(([name, node]) => [name, deps[node]]));
}

/** Names of the nodes that a binding needs. */
export function boundNames(binding: Binding): readonly string[] {
  if (typeof binding === "string") return [binding];
  if (binding.bind === "value") return [];
  return isList(binding.nodes) ? binding.nodes : Object.values(binding.nodes);
}

function isList(
  nodes: readonly string[] | Readonly<Record<string, string>>,
): nodes is readonly string[] {
  return Array.isArray(nodes);
}
