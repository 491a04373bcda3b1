import type { Expression, TriggerSpec } from "@weirflow/contracts";
import type * as z from "zod";
import { InvalidTriggerError } from "../errors.ts";
import { jsonSchemaOf } from "../manifest/json-schema-of.ts";
import { expressionIn } from "../reference/compose.ts";
import { makeDoc } from "../reference/make-ref.ts";
import type { Doc, Exact, In } from "../reference/ref.ts";

declare const PARAMS: unique symbol;

/** A message that starts a run of a flow. */
export interface Trigger<out P = {}> {
  readonly kind: "event" | "subject";
  /** The type of the event, or a pattern of subjects. */
  readonly of: string;
  readonly slug?: string;
  readonly match?: TriggerSpec["match"];
  readonly data?: z.ZodObject;
  /** Parameters from the event, whose fields are references. */
  readonly params?: (event: never) => object;
  readonly [PARAMS]?: P;
}

/** Which events count. */
export interface EventOptions {
  /** Names the trigger in its deployment. @default its kind, numbered */
  readonly slug?: string;
  /** Dotted paths into the event, and the value that each must equal. */
  readonly match?: TriggerSpec["match"];
}

/** Which events count, what they carry, and which parameters they give. */
export interface MappedEventOptions<D extends z.ZodObject, P extends object> extends EventOptions {
  /** Data that does not fit goes to the dead letter. */
  readonly data: D;
  readonly params: (event: { readonly data: Doc<Exact<z.output<D>>> }) => {
    readonly [K in keyof P]: In<P[K]>;
  };
}

/**
 * Starts a run for each CloudEvent of a type, once. Without `params` the data of the event are the parameters.
 *
 * @example
 * onEvent("dataset.updated", {
 *   match: { "data.name": "absenteeism" },
 *   data: z.object({ path: z.string() }),
 *   params: ({ data }) => ({ rawData: data.path }),
 * });
 */
export function onEvent<D extends z.ZodObject, P extends object>(
  type: string,
  options: MappedEventOptions<D, P>,
): Trigger<P>;
export function onEvent(type: string, options?: EventOptions): Trigger;
export function onEvent(type: string, options: object = {}): Trigger {
  return { kind: "event", of: type, ...options };
}

/**
 * Starts a run for each message on the subjects that match a pattern, once. Its payload, a JSON object, is the parameters.
 *
 * @param pattern - of NATS: `*` stands for one token, `>` for all that follow.
 * @example
 * onSubject("ingest.absenteeism.>");
 */
export function onSubject(pattern: string, options: { readonly slug?: string } = {}): Trigger {
  return { kind: "subject", of: pattern, ...options };
}

/** What is wrong with a parameter of a trigger, as a sentence; generics lose the compiler's own check of literals. */
type Misfit<P, G> = {
  [K in keyof G]: K extends keyof P
    ? [G[K]] extends [P[K]]
      ? never
      : `parameter '${K & string}' takes another type`
    : `there is no parameter '${K & string}'`;
}[keyof G];

/** The trigger, or a sentence in its place when it sets a parameter that the flow does not take. */
export type StrictTrigger<P, A> =
  A extends Trigger<infer G> ? ([Misfit<P, G>] extends [never] ? A : Misfit<P, G>) : A;

/**
 * A trigger as data.
 *
 * @throws {@link InvalidTriggerError} `flow/invalid-trigger`.
 * @throws {@link UnsupportedSchemaError} `flow/unsupported-schema`, for data that JSON Schema cannot describe.
 */
export function triggerSpec(trigger: Trigger, slug: string): TriggerSpec {
  const { kind, of, match = {}, data } = trigger;
  if (!isSubject(of, kind)) throw new InvalidTriggerError(of, kind);
  return {
    slug,
    kind,
    of,
    match,
    ...(data === undefined ? {} : { dataSchema: jsonSchemaOf(data, `the data of ${of}`, "open") }),
    params: paramsOf(trigger),
    dataAsParams: trigger.params === undefined,
  };
}

function paramsOf({ params, data }: Trigger): Readonly<Record<string, Expression>> {
  if (params === undefined) return {};
  const event = { data: makeDoc({ kind: "event", path: ["data"] }, data) };
  const mapped = params(event as never); // the references stand for what `data` parses
  const entries = Object.entries(mapped).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, expressionIn(value, name)]));
}

/** Tokens without wildcards for an event's type; `*`, and `>` at the end, for a pattern of subjects. */
function isSubject(of: string, kind: Trigger["kind"]): boolean {
  const tokens = of.split(".");
  return tokens.every((token, index) => {
    if (/^[^\s.*>]+$/.test(token)) return true;
    if (kind === "event") return false;
    return token === "*" || (token === ">" && index === tokens.length - 1);
  });
}
