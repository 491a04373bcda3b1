import type * as z from "zod";
import type { Exact } from "../reference/ref.ts";

declare const BODY: unique symbol;

/** A typed, versioned document that is edited between runs. */
export interface ConfigDoc<out T = unknown> {
  readonly kind: "config";
  /** The name of the document, the same for every flow that reads it. */
  readonly name: string;
  readonly schema: z.ZodObject;
  readonly initial?: object;
  readonly [BODY]?: T;
}

/** What a flow reads from a config document. */
export type BodyOf<C> = C extends ConfigDoc<infer T> ? T : never;

/**
 * A config document: what people change from the dashboard between runs.
 *
 * @param options - `initial` is the first version of the document; by default the defaults of the schema, if they are
 *   enough.
 * @example
 * export const training = defineConfig("training", z.object({ seed: z.int().default(0) }));
 */
export function defineConfig<S extends z.ZodObject>(
  name: string,
  schema: S,
  options: { readonly initial?: Exact<z.input<S>> } = {},
): ConfigDoc<Exact<z.output<S>>> {
  return { kind: "config", name, schema, ...options };
}
