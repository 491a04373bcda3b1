import { AsyncSchemaError, type Mismatch, SchemaMismatchError } from "../errors.ts";
import { andThen, isThenable, type Later } from "../plan/promises.ts";
import type { SchemaIssue, SchemaResult, StandardSchema } from "./schema-check.ts";

/**
 * What a schema makes of a value: at once, unless the schema answers later.
 *
 * @param subject - what the value is, for messages, e.g. `the value of node "price"`.
 * @throws {@link SchemaMismatchError} `dag/schema-mismatch`.
 */
export function parseLater(
  schema: StandardSchema,
  value: unknown,
  subject: string,
): Later<unknown> {
  return andThen(schema["~standard"].validate(value), (result) => {
    const mismatches = mismatchesIn(result, value, subject);
    if (mismatches.length > 0) throw new SchemaMismatchError(mismatches);
    return result.value;
  });
}

/**
 * The same at once.
 *
 * @throws {@link AsyncSchemaError} `dag/async-schema`, when the schema answers later.
 */
export function parseNow(schema: StandardSchema, value: unknown, subject: string): unknown {
  const made = parseLater(schema, value, subject);
  if (!isThenable(made)) return made;
  void Promise.resolve(made).catch(() => undefined); // nobody waits for it
  throw new AsyncSchemaError(subject);
}

/** Where a value does not fit; nowhere, when it does. */
export function mismatchesIn(
  { issues = [] }: SchemaResult,
  value: unknown,
  subject: string,
): readonly Mismatch[] {
  return issues.map((issue) => {
    const path = pathOf(issue);
    const got = kindOf(valueAt(value, path));
    return {
      subject,
      path: pathText(path),
      expected: expectedOf(issue),
      got,
      message: issue.message,
    };
  });
}

function pathOf({ path = [] }: SchemaIssue): readonly PropertyKey[] {
  return path.map((step) => (typeof step === "object" ? step.key : step));
}

function pathText(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`));
  return `$${steps.join("")}`;
}

/** What libraries add to an issue: zod and valibot say what they expected. */
function expectedOf(issue: SchemaIssue): string | undefined {
  return "expected" in issue && typeof issue.expected === "string" ? issue.expected : undefined;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null) return undefined;
    at = at instanceof Map ? at.get(step) : Reflect.get(at, step);
  }
  return at;
}

/** The kind of a value, for people. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  const name: unknown = value.constructor?.name;
  if (typeof name !== "string" || name === "Object" || name === "") return "an object";
  return `a value of class ${name}`;
}
