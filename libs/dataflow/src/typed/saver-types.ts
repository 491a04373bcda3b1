import type { BoundNode } from "../modifier/bind.ts";
import type { ChosenPlan } from "../plan/plan.ts";
import type { Fn, NodeAt } from "./module-types.ts";

/** Marks a node that has savers; stands in its type alone. */
declare const SAVES: unique symbol;

/** What `node` leaves in the type of a node, so that a plan knows what saving it gives. */
export interface Saves<S> {
  readonly [SAVES]?: S;
}

/** Savers by the names that they have after the node's: one alone is `save`. */
type SaversOf<M, K> =
  NodeAt<M, K> extends { readonly [SAVES]?: infer S } ? (S extends Fn ? { save: S } : S) : {};

/** The type of the saver `P` of the node `F`; `never` where that is not known. */
export type SaverAt<F, P> = P extends keyof SaversOf<{ of: F }, "of">
  ? SaversOf<{ of: F }, "of">[P]
  : never;

/** Names of the nodes that save the nodes `K`. */
export type SaverName<M, K> = K extends string ? `${K}.${keyof SaversOf<M, K> & string}` : never;

/** The nodes that save the nodes `K`. */
export type SaverNodes<M, K> = {
  [N in SaverName<M, K>]: N extends `${infer Owner}.${infer Part}`
    ? BoundNode<NodeAt<SaversOf<M, Owner>, Part>, { value: Owner }>
    : never;
};

/** A plan that saves the nodes `K`, after the choices `C` were made. */
export type SavingPlan<M, K, C> = ChosenPlan<M & SaverNodes<M, K>, K | SaverName<M, K>, C>;
