import type * as z from "zod";
import type { Doc, Exact, Ref } from "../reference/ref.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { BodyOf, ConfigDoc } from "../task/define-config.ts";
import type { StrictTrigger, Trigger } from "../trigger/trigger.ts";

declare const PARAMS: unique symbol;
/** Under this a flow tells what it is made of. Registered, so that two copies of this package agree. */
const FLOW: unique symbol = Symbol.for("weirflow.flow");

/** What `run` returns: what the flow is for, by name. */
export type FlowResults = void | Ref<unknown> | { readonly [name: string]: Ref<unknown> };

/** What the `run` of a flow gets: references to its parameters and config documents. */
export interface RunSource<P, C> {
  readonly params: Doc<P>;
  readonly config: { readonly [K in keyof C]: Doc<BodyOf<C[K]>> };
}

/** What a flow is made of, its types forgotten: for whoever records it. */
export interface FlowDefinition {
  readonly name: string;
  readonly description?: string;
  readonly params: z.ZodObject;
  readonly config: Readonly<Record<string, ConfigDoc>>;
  readonly schedules: readonly Schedule<object>[];
  readonly triggers: readonly Trigger[];
  readonly run: (from: { readonly params: object; readonly config: object }) => unknown;
}

/**
 * A DAG of tasks, with parameters, config documents, schedules and triggers.
 *
 * @typeParam P - the parameters that a run takes.
 */
export interface Flow<out P extends object = object> {
  readonly name: string;
  readonly [FLOW]: FlowDefinition;
  readonly [PARAMS]?: P;
}

/** What `flow` takes. */
export interface FlowSpec<
  P extends z.ZodObject,
  R extends FlowResults,
  C extends Readonly<Record<string, ConfigDoc>>,
  T extends readonly Trigger[],
> {
  /** Letters, digits, `-` and `_`, a letter first. */
  readonly name: string;
  readonly description?: string;
  /** The parameters of a run: JSON, so without transforms. */
  readonly params: P;
  /** Config documents, by the key under which `run` reads them. */
  readonly config?: C;
  readonly schedules?: readonly Schedule<Partial<Exact<z.input<NoInfer<P>>>>>[];
  readonly triggers?: { readonly [I in keyof T]: StrictTrigger<Exact<z.input<P>>, T[I]> };
  /** Calls the tasks. Runs once, when the flow is deployed, with references in the place of values. */
  readonly run: (from: RunSource<Exact<z.output<P>>, C>) => R;
}

/**
 * Wires tasks into a flow.
 *
 * @example
 * export const absenteeism = flow({
 *   name: "absenteeism",
 *   params: z.object({ rawData: z.string() }),
 *   schedules: [{ daily: "06:00", timeZone: "America/Sao_Paulo" }],
 *   run: ({ params }) => {
 *     const { featuresTable } = prepareData({ rawData: params.rawData });
 *     return trainAndEvaluate({ featuresTable });
 *   },
 * });
 */
export function flow<
  P extends z.ZodObject,
  R extends FlowResults,
  const C extends Readonly<Record<string, ConfigDoc>> = {},
  const T extends readonly Trigger[] = [],
>(spec: FlowSpec<P, R, C, T>): Flow<Exact<z.input<P>>> {
  const { config = {}, schedules = [], triggers = [] } = spec;
  // recording gives `run` the references that its type promises
  const definition = { ...spec, config, schedules, triggers } as unknown as FlowDefinition;
  return { name: spec.name, [FLOW]: definition };
}

/** What a flow is made of; `undefined` for anything else. */
export function flowDefinition(value: unknown): FlowDefinition | undefined {
  return typeof value === "object" && value !== null
    ? (value as { readonly [FLOW]?: FlowDefinition })[FLOW] // set by `flow` alone
    : undefined;
}
