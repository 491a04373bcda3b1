import type { CheckOptions } from "../modifier/node.ts";
import type { OnFail } from "./value-checks.ts";

/** What zod, valibot and arktype have in common: the Standard Schema interface, version 1. It makes an `Out` of a `T`. */
export interface StandardSchema<T = unknown, Out = unknown> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult | Promise<SchemaResult>;
    readonly types?: { readonly input: T; readonly output: Out } | undefined;
  };
}

/** What a schema says of a value. */
export interface SchemaResult {
  /** What the schema makes of a value that fits. */
  readonly value?: unknown;
  readonly issues?: readonly SchemaIssue[] | undefined;
}

/** One thing that a schema finds wrong. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * The value fits a schema of zod, or of any library with the Standard Schema interface. It is not changed by it.
 *
 * Schemas that validate asynchronously are refused: a check answers at once.
 *
 * @example
 * export const settings = node(read, { check: fitsSchema(z.object({ rate: z.number() })) });
 */
export function fitsSchema<T>(
  schema: StandardSchema<T>,
  { onFail }: OnFail = {},
): CheckOptions<NoInfer<T>> {
  return {
    name: "schema",
    test: (value) => verdictOf(schema["~standard"].validate(value)),
    ...(onFail === undefined ? {} : { onFail }),
  };
}

function verdictOf(result: SchemaResult | Promise<SchemaResult>): true | string {
  if (result instanceof Promise)
    return "the schema answers with a promise; use one that answers at once";
  if (result.issues === undefined) return true;
  return result.issues.map(issueText).join("; ");
}

function issueText({ message, path = [] }: SchemaIssue): string {
  const place = path.map((step) => String(typeof step === "object" ? step.key : step)).join(".");
  return place === "" ? message : `${place}: ${message}`;
}
