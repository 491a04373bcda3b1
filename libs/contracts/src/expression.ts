import * as z from "zod";
import { type Json, jsonSchema } from "./json.ts";

/**
 * Where an input of a task comes from, written while the flow was recorded. Evaluated as JSON; never code.
 *
 * `param`, `config` and `event` are known when a run is accepted; `output` when the task that makes it has succeeded.
 */
export type Expression =
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "param"; readonly path: readonly string[] }
  | { readonly kind: "config"; readonly config: string; readonly path: readonly string[] }
  | { readonly kind: "event"; readonly path: readonly string[] }
  | { readonly kind: "output"; readonly call: string; readonly output: string }
  | { readonly kind: "text"; readonly parts: readonly string[]; readonly of: readonly Expression[] }
  | { readonly kind: "record"; readonly of: Readonly<Record<string, Expression>> };

const path = z.array(z.string());

/** Parses an {@link Expression}. */
export const expressionSchema: z.ZodType<Expression> = z.lazy(() =>
  z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("value"), value: jsonSchema }),
    z.object({ kind: z.literal("param"), path }),
    z.object({ kind: z.literal("config"), config: z.string(), path }),
    z.object({ kind: z.literal("event"), path }),
    z.object({ kind: z.literal("output"), call: z.string(), output: z.string() }),
    z.object({
      kind: z.literal("text"),
      parts: z.array(z.string()),
      of: z.array(expressionSchema),
    }),
    z.object({ kind: z.literal("record"), of: z.record(z.string(), expressionSchema) }),
  ]),
);
