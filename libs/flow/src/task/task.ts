import type {
  ChoiceKeys,
  Choices,
  ChoiceValue,
  External,
  Merge,
  Narrow,
  NodeName,
  OneOf,
  Output,
  Show,
  Upstream,
  Wrong,
} from "@weirflow/dataflow";
import { recorderFor } from "../flow/recorder.ts";
import type { Unportable } from "../reference/portable.ts";
import type { In, Known, Refs } from "../reference/ref.ts";
import type { CallOptions, TaskOptions } from "./task-options.ts";

declare const CHOSEN: unique symbol;
/** Under this a task tells what it is made of. Registered, so that two copies of this package agree. */
const TASK: unique symbol = Symbol.for("weirflow.task");

/** Marks, in the type of a task, an input that picks the shape of its graph. */
export interface Choice<out V> {
  readonly [CHOSEN]: V;
}

/** What a call of a task takes: for an input that has a default, also a parameter that may be absent. */
export type Inputs<I> = {
  readonly [K in keyof I]: I[K] extends Choice<infer V>
    ? Known<V>
    : {} extends Pick<I, K>
      ? In<I[K]> | In<I[K] | undefined>
      : In<I[K]>;
};

/** What a task is made of, for whoever runs or describes it. */
export interface TaskDefinition {
  readonly name: string;
  /** Namespaces of function modules. */
  readonly modules: readonly object[];
  readonly outputs: readonly string[];
  /** Choices that are made once for all calls. */
  readonly fix: Readonly<Record<string, ChoiceValue>>;
  readonly options: TaskOptions;
}

/** A graph bound to a pool: called in the `run` of a flow, where it gives references to its outputs. */
export interface Task<I extends object, O> {
  (
    ...args: {} extends I
      ? [inputs?: Inputs<I>, options?: CallOptions]
      : [inputs: Inputs<I>, options?: CallOptions]
  ): Refs<O>;
  readonly [TASK]: TaskDefinition;
}

type TaskInputs<M, K extends keyof M, Fix> = Marked<
  External<Narrow<M, Fix>, Upstream<Narrow<M, Fix>, K>>,
  ChoiceKeys<Narrow<M, Fix>, Upstream<Narrow<M, Fix>, K>>,
  Fix
>;

type Marked<E, C, Fix> = {
  [K in keyof E as K extends keyof Fix ? never : K]: K extends C ? Choice<E[K]> : E[K];
};

/** What `task` takes. A wrong module or output meets a sentence in the place of its type. */
export interface TaskSpec<
  Ms extends readonly object[],
  K extends NodeName<Merge<Ms>>,
  Fix,
> extends TaskOptions {
  /** Unique in its flows; names the task in runs and messages. */
  readonly name: string;
  /** Namespaces of function modules, e.g. of `import * as train from "./train-model.ts"`. */
  readonly modules: {
    readonly [I in keyof Ms]: [Wrong<Ms>] extends [never] ? Ms[I] : OneOf<Wrong<Ms>>;
  };
  /** The nodes whose values leave the task. */
  readonly outputs: [Unportable<Merge<Ms>, K & keyof Merge<Ms>>] extends [never]
    ? readonly K[]
    : readonly Unportable<Merge<Ms>, K & keyof Merge<Ms>>[];
  /** Choices made once for all calls: the inputs of the other branches are not needed. */
  readonly fix?: Fix & { readonly [X in Exclude<keyof Fix, keyof Choices<Merge<Ms>>>]: never };
}

/**
 * A durable unit of work: the graph of some function modules, and which of its nodes leave it.
 *
 * @example
 * export const trainAndEvaluate = task({
 *   name: "trainAndEvaluate", modules: [train, evaluate], outputs: ["modelResults"], pool: "gpu", retries: 2,
 * });
 */
export function task<
  const Ms extends readonly object[],
  const K extends NodeName<Merge<Ms>>,
  const Fix extends Choices<Merge<Ms>> = {},
>(
  spec: TaskSpec<Ms, K, Fix>,
): Task<
  Show<TaskInputs<Merge<Ms>, K & keyof Merge<Ms>, Fix>>,
  { [N in K]: N extends keyof Merge<Ms> ? Output<Merge<Ms>[N]> : never }
> {
  const { name, modules, outputs, fix, ...options } = spec;
  // sentences stand in the types of wrong modules and outputs alone
  const definition = { name, modules, outputs, fix: fix ?? {}, options } as TaskDefinition;
  const call = (inputs: object = {}, options: CallOptions = {}): object =>
    recorderFor(name).call(definition, inputs, options);
  // the call gives what the types say of the same nodes
  return Object.assign(call, { [TASK]: definition }) as never;
}

/** What a task is made of; `undefined` for anything else. */
export function taskDefinition(value: unknown): TaskDefinition | undefined {
  return typeof value === "function"
    ? (value as { readonly [TASK]?: TaskDefinition })[TASK] // set by `task` alone
    : undefined;
}
