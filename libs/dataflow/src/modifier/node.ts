import { parseLater, parseNow } from "../check/parse-schema.ts";
import type { StandardSchema } from "../check/schema-check.ts";
import { callNode, markNode } from "../node/spec.ts";
import { andThen } from "../plan/promises.ts";
import type { CHOICE, Chooses } from "../typed/choice-types.ts";
import type { FanAs } from "../typed/fan-types.ts";
import type { Saves } from "../typed/saver-types.ts";
import type { Deps, Fn, Output } from "../typed/module-types.ts";
import { handsOut, mapItems } from "./each.ts";

/**
 * How the value of a node is cached.
 *
 * `default`: looked up and stored; `recompute`: computed and stored; `disable`: neither; `ignore`: neither, and the
 * value does not count in the keys of nodes that take it, e.g. for a database connection.
 */
export type CacheBehaviour = "default" | "recompute" | "disable" | "ignore";

/** How the value of a node is cached, and for how long. */
export interface CacheOptions {
  /** @default "default" */
  readonly behaviour?: CacheBehaviour;
  /** Milliseconds after which a stored value counts no longer. @default without end */
  readonly ttlMs?: number;
  /** How the value is written, where the store knows several formats, e.g. `json`. @default what the store takes for it */
  readonly format?: string;
}

/** `true` when a value is fine, else the reason why it is not. May throw instead. */
export type CheckTest<R> = (value: R) => true | string;

/** A check, its name, and what becomes of a node whose value fails it. */
export interface CheckOptions<R> {
  readonly test: CheckTest<R>;
  /** @default "check" */
  readonly name?: string;
  /** `warn` tells plugins and the log, and goes on. @default "fail" */
  readonly onFail?: "warn" | "fail";
}

/** What a node's value is checked by. */
export type NodeCheck<R> = CheckTest<R> | CheckOptions<R>;

/** How often a node is tried again after a failure, and when. */
export interface RetryOptions {
  /** Tries after the first, from 0. */
  readonly count: number;
  /** Milliseconds before the second try; each later pause is twice as long. @default 0 */
  readonly delayMs?: number;
  /** The longest pause, in milliseconds. @default 60_000 */
  readonly maxDelayMs?: number;
  /** Whether this failure is worth another try. @default all are, but for a cancellation */
  readonly retryIf?: (error: unknown) => boolean;
}

/** A function that saves the value of a node, or several by name. Each takes it as `value`. */
export type Savers = Fn | Readonly<Record<string, Fn>>;

/** The savers `S` where they take a value of type `R`; in the place of any other, what is allowed. */
export type SaversFor<S, R> = S extends Fn
  ? SaverFor<S, R>
  : { readonly [P in keyof S]: SaverFor<S[P], R> };

type SaverFor<S, R> =
  Deps<S> extends { value: infer V }
    ? [R] extends [V]
      ? S
      : (deps: { value: R }) => unknown
    : "a saver takes `value`";

/** What a node makes of the function `F` and the schema `Z`; `never` for none. */
export type Parsed<F, Z> = [Z] extends [never]
  ? Output<F>
  : Z extends StandardSchema<unknown, infer Out>
    ? Out
    : never;

/** The schema `Z` where something that `F` gives may fit; in the place of any other, what is allowed. */
export type SchemaFor<F, Z> =
  Z extends StandardSchema<infer In>
    ? [Output<F>] extends [In]
      ? Z
      : [In] extends [Output<F>]
        ? Z
        : StandardSchema<Output<F>>
    : never;

/** The function `F` as a node that makes an `Out` and has the savers `S`. */
export type NodeOf<F, S, Out> = ([Out] extends [Output<F>]
  ? [Output<F>] extends [Out]
    ? F
    : Giving<F, Out>
  : Giving<F, Out>) &
  ([S] extends [never] ? unknown : Saves<S>);

/** The function `F` with another result. */
type Giving<F, Out> = GivingAs<F, Out> & FanAs<F, Out> & ChoiceGiving<F, Out>;

type GivingAs<F, Out> = F extends (...args: infer A) => infer R
  ? (...args: A) => R extends Promise<unknown> ? Promise<Out> : Out
  : never;

/** A choice stays one: each of its functions gives the other result. */
type ChoiceGiving<F, Out> = F extends {
  readonly [CHOICE]: { by: infer By extends string; branches: infer B; otherwise: infer O };
}
  ? Chooses<
      By,
      { [V in keyof B]: GivingAs<B[V], Out> },
      [O] extends [never] ? never : GivingAs<O, Out>
    >
  : unknown;

/** How a node runs, beside what it does. */
export interface NodeOptions<R = unknown> {
  /**
   * Writes the value somewhere, in a node of its own: `price.save`, or `price.csv` for `{ csv: … }`. It runs in plans
   * that ask for it by `{ save: true }`, or by its name.
   */
  readonly save?: Savers;
  /** For search, pictures and policies. */
  readonly tags?: Readonly<Record<string, string | readonly string[]>>;
  /** `false` is `disable`, `true` is `default`. */
  readonly cache?: boolean | CacheBehaviour | CacheOptions;
  /** Run on every value of the node; also on one that comes from the cache. */
  readonly check?: NodeCheck<R> | readonly NodeCheck<R>[];
  /**
   * What the value has to be like, for zod and whatever has the Standard Schema interface. A value that does not fit fails
   * the try with `dag/schema-mismatch`; else what the schema makes of it, defaults and transformations, is the value. Of a
   * node that hands out items, it is the schema of each.
   */
  readonly schema?: StandardSchema;
  /** Tries after the first failure, inside this run: a number, or with pauses. @default 0 */
  readonly retries?: number | RetryOptions;
  /**
   * Milliseconds after which a try that returned a promise fails with `dag/node-timeout` and its signal is aborted. A
   * function that does not wait cannot be interrupted.
   *
   * @default without end
   */
  readonly timeoutMs?: number;
  /** Nodes of one key never run at once in a run, e.g. those that use one connection. @default none */
  readonly concurrencyKey?: string;
  /**
   * Runs the function in another thread, where the run has `threads`, and else where it is: `import.meta.url` of the module
   * that exports it. For what computes long without waiting: what it takes and gives is copied.
   *
   * @default in the thread of the run
   */
  readonly thread?: string;
  /** The pool of workers that the node wants, e.g. `gpu`: for people and policies; a task decides where all of it runs. */
  readonly pool?: string;
  /** What it needs about, e.g. `{ memoryBytes: 2e9, threads: 4 }`: for people and policies. */
  readonly resources?: Readonly<Record<string, number>>;
  /** For people. @default the comment above the function */
  readonly description?: string;
}

/**
 * Says how a node runs. The function comes first, so that its result types the options.
 *
 * Options of an inner `node` stay unless named again; tags are merged. The function itself is not changed.
 *
 * @example
 * export const price = node(({ cost }: { cost: number }) => cost * 1.2, {
 *   tags: { team: "sales" },
 *   check: (price) => price > 0 || `a price of ${price}`,
 * });
 */
export function node<
  F extends Fn,
  const S extends Savers = never,
  Z extends StandardSchema = never,
>(
  fn: F,
  options: Omit<NodeOptions<Parsed<NoInfer<F>, NoInfer<Z>>>, "save" | "schema"> & {
    readonly save?: SaversFor<S, Parsed<NoInfer<F>, NoInfer<Z>>>;
    readonly schema?: SchemaFor<F, Z>;
  },
): NodeOf<F, S, Parsed<F, Z>> {
  // SaversFor<S> is S, unless a saver is wrong; the same of SchemaFor
  const own = options as NodeOptions<never>;
  const marked = markNode({ kind: "options", of: fn, options: own }, (deps, context) =>
    parsed(fn, own.schema, callNode(fn, deps, context)),
  );
  // the wrapper takes what `fn` does and returns that or what the schema makes of it, and carries its other properties,
  // e.g. the mark of a choice
  return copyMarks(fn, marked) as NodeOf<F, S, Parsed<F, Z>>;
}

function parsed(fn: Fn, schema: StandardSchema | undefined, made: unknown): unknown {
  if (schema === undefined) return made;
  if (!handsOut(fn)) return andThen(made, (value) => parseLater(schema, value, "the value"));
  return andThen(made, (items) => mapItems(items, (item) => parseNow(schema, item, "an item")));
}

/** Adds to `to` the properties of `from` that a modifier or a user set and `to` lacks. */
function copyMarks(from: Fn, to: Fn): Fn {
  for (const key of Reflect.ownKeys(from)) {
    const property = Reflect.getOwnPropertyDescriptor(from, key);
    if (property !== undefined && !Object.hasOwn(to, key)) Object.defineProperty(to, key, property);
  }
  return to;
}
