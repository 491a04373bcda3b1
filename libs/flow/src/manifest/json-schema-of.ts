import { type JsonObject, jsonObjectSchema } from "@weirflow/contracts";
import * as z from "zod";
import { type SchemaProblem, UnsupportedSchemaError } from "../errors.ts";

/**
 * The JSON Schema (2020-12) of what a zod schema takes.
 *
 * @param what - what the schema is of, for messages.
 * @param extra - `closed`: fields that it does not name are refused; `open`: they are let through.
 * @throws {@link UnsupportedSchemaError} `flow/unsupported-schema`, naming every part that the gateway could not check.
 */
export function jsonSchemaOf(
  schema: z.ZodObject,
  what: string,
  extra: "closed" | "open",
): JsonObject {
  const problems: SchemaProblem[] = [];
  const written = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema, path }) => {
      const reason = unsupported(zodSchema);
      if (reason !== undefined) problems.push({ path: fieldPath(path), reason });
      if (extra === "closed" && isPlainObject(zodSchema)) jsonSchema.additionalProperties ??= false;
    },
  });
  if (problems.length > 0) throw new UnsupportedSchemaError(what, problems.reverse());
  // the library writes JSON, and keeps a hidden reference to itself that a copy leaves behind
  return jsonObjectSchema.parse(JSON.parse(JSON.stringify(written)));
}

/** Kinds that no JSON value is of. */
const UNREPRESENTABLE: ReadonlySet<string> = new Set([
  "bigint",
  "symbol",
  "undefined",
  "void",
  "date",
  "map",
  "set",
  "nan",
  "file",
  "function",
  "promise",
  "custom",
]);

function unsupported(schema: z.core.$ZodTypes): string | undefined {
  const { def } = schema._zod;
  if (def.type === "transform" || (def.type === "pipe" && isChange(def)))
    return "is transformed; take it as it is and change it in a node";
  if (UNREPRESENTABLE.has(def.type)) return `is a ${def.type}, which JSON cannot hold`;
  const checks = def.checks?.map((check) => check._zod.def.check) ?? [];
  if (checks.includes("overwrite")) return "is changed while it is checked; change it in a node";
  if (checks.includes("custom")) return "has a refinement, which runs nowhere; check it in a node";
  return undefined;
}

/** A pipe of two schemas only checks twice; one with a function at either end, or around them, changes the value. */
function isChange(def: z.core.$ZodPipeDef): boolean {
  const ends = [def.in, def.out].map((end) => end._zod.def.type);
  return def.transform !== undefined || ends.includes("transform");
}

function isPlainObject({ _zod: { def } }: z.core.$ZodTypes): boolean {
  return def.type === "object" && def.catchall === undefined;
}

/** JSON Schema's path without its own words: `properties`, `items`. */
function fieldPath(path: readonly (string | number)[]): string {
  const names: (string | number)[] = [];
  for (let index = 0; index < path.length; index++) {
    if (path[index] === "properties") names.push(path[++index] ?? "");
    else if (path[index] === "items") names.push("[]");
  }
  return names.join(".");
}
