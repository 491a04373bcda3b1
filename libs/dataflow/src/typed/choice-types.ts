import type { NodeAt, OneOf } from "./module-types.ts";

/** Marks a node that picks one of several functions: stands in its type and on the function itself. */
export const CHOICE: unique symbol = Symbol.for("weirflow.choice");

/** What picks a branch: written as text, `true` and `"true"` are one. */
export type ChoiceValue = string | number | boolean;

/** What `choose` leaves in the type of a node, so that a graph knows which inputs pick its shape. */
export interface Chooses<By extends string, B, Otherwise = never> {
  readonly [CHOICE]: {
    readonly by: By;
    readonly branches: B;
    readonly otherwise: Otherwise;
  };
}

/** What `chooseWhen` leaves: a choice for each key, none of which alone decides what runs. */
export interface ChoosesByCases<Keys, Otherwise = never> {
  readonly [CHOICE]: {
    [By in keyof Keys]: {
      readonly by: By;
      readonly values: Keys[By] | ([Otherwise] extends [never] ? never : ChoiceValue);
    };
  }[keyof Keys];
}

/** The values of a key, by the names of its branches: `"true"` and `"false"` mean the booleans too. */
export type KeyValue<K, Otherwise = never> =
  | (K extends "true" ? true : K extends "false" ? false : K)
  | ([Otherwise] extends [never]
      ? never
      : (K extends "true" | "false" ? boolean : never) | (string & {}));

/** Inputs that pick a branch of one of the nodes `Up`. */
export type ChoiceKeys<M, Up> = Up extends unknown ? KeyOf<ChoiceOf<NodeAt<M, Up>>> : never;

/** Distributes, so that no choice at all has no key. */
type KeyOf<C> = C extends { by: infer By } ? By : never;

/** Choices that can be made early, with the values that each may have. */
export type Choices<M> = {
  readonly [
    C in AllChoices<M> as C extends { by: infer By extends string } ? By : never
  ]?: C extends { branches: infer B; otherwise: infer O }
    ? KeyValue<keyof B, O>
    : C extends { values: infer V }
      ? V
      : never;
};

/** The modules once some choices are made: of each choice only the branch that is taken is left. */
export type Narrow<M, Fix> = {} extends Fix ? M : { [N in keyof M]: NarrowNode<M[N], Fix> };

type NarrowNode<F, Fix> = [ChoiceOf<F>] extends [never]
  ? F
  : ChoiceOf<F> extends { by: infer By extends keyof Fix; branches: infer B; otherwise: infer O }
    ? Branch<F, B, O, Text<Fix[By]>>
    : F;

/** The branch, if one value alone is possible; a choice that is not known yet keeps the inputs of every branch. */
type Branch<F, B, O, V> = [V] extends [never]
  ? F
  : [V] extends [OneOf<V>]
    ? V extends keyof B
      ? B[V]
      : [O] extends [never]
        ? F
        : O
    : F;

type Text<V> = V extends ChoiceValue ? `${V}` : never;

type ChoiceOf<F> = F extends { readonly [CHOICE]: infer C } ? C : never;

type AllChoices<M> = { [N in keyof M]: ChoiceOf<M[N]> }[keyof M];
