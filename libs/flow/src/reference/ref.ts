declare const VALUE: unique symbol;
declare const WHEN: unique symbol;

/** `start`: parameters and configs, known when a run is accepted; `task`: made by a task. */
export type When = "start" | "task";

/**
 * A value that does not exist yet: a parameter, a field of a config document, an output of a task.
 *
 * It may be passed to a task and nothing else: the flow is built before any run. `then` stands in the type alone, so that
 * the compiler reports `if (ref)`, `ref && x` and `ref ? x : y`; reading it throws.
 */
export interface Ref<out T, out W extends When = When> {
  readonly [VALUE]: T;
  readonly [WHEN]: W;
  /** @deprecated A reference cannot be awaited. */
  readonly then: (done: (value: NotAValue) => void) => void;
}

interface NotAValue {
  readonly [VALUE]: never;
}

/** What a task takes for an input of type `T`: a value that can be stored, or a reference to one. */
export type In<T> = T | Ref<T>;

/** What picks the shape of a graph: known when the run is accepted, so never the output of a task. */
export type Known<T> = T | Ref<T, "start">;

/** References to the outputs of a task. */
export type Refs<O> = { readonly [K in keyof O]: Ref<O[K], "task"> };

type Leaf = string | number | bigint | boolean | null | undefined | readonly unknown[];

/** A parameter or config document: its fields are references too. */
export type Doc<T> = Ref<T, "start"> &
  ([T] extends [Leaf]
    ? unknown
    : [Extract<T, Leaf>] extends [never]
      ? { readonly [K in keyof T]-?: Doc<T[K]> }
      : unknown);

/** JSON has no `undefined`: an absent field is absent, so zod's `.optional()` becomes an exact optional property. */
export type Exact<T> = [T] extends [Leaf]
  ? T
  : { [K in keyof T]: Exact<{} extends Pick<T, K> ? Exclude<T[K], undefined> : T[K]> };
