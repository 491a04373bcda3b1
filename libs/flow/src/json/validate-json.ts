import type { Json, JsonObject } from "@weirflow/contracts";
import { didYouMean } from "@weirflow/errors";
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { InvalidSchemaError } from "../errors.ts";

/** One thing wrong with a JSON document. */
export interface JsonProblem {
  /** JSON pointer into the document, e.g. `/featureSet/0`; of a field that is missing, too. */
  readonly path: string;
  /** What is wrong, in a few words. */
  readonly message: string;
}

/** A document with the defaults of its schema filled in, or everything that is wrong with it. */
export type JsonVerdict =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly problems: readonly JsonProblem[] };

/**
 * Checks a document against a JSON Schema (2020-12) and fills in defaults. The document itself is not changed.
 *
 * @throws {@link InvalidSchemaError} `flow/invalid-schema`, when the schema itself is not one.
 * @example
 * const checked = validateJson(manifest.paramsSchema, { rawData: "x.csv" });
 * if (!checked.ok) show(checked.problems);
 */
export function validateJson(schema: JsonObject, value: unknown): JsonVerdict {
  return jsonValidator(schema)(value);
}

/**
 * Compiles a JSON Schema (2020-12) once, for many documents. See {@link validateJson}.
 *
 * @throws {@link InvalidSchemaError} `flow/invalid-schema`, when the schema itself is not one.
 */
export function jsonValidator(schema: JsonObject): (value: unknown) => JsonVerdict {
  const validate = compile(schema);
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return { ok: false, problems: [{ path: "", message: "must be an object" }] };
    const filled = structuredClone(value);
    if (validate(filled)) return { ok: true, value: filled as JsonObject }; // fits a schema of JSON
    return { ok: false, problems: problemsOf(validate.errors ?? []) };
  };
}

function compile(schema: JsonObject): ReturnType<Ajv2020["compile"]> {
  try {
    const ajv = new Ajv2020({
      allErrors: true,
      useDefaults: true,
      strict: false,
      verbose: true,
      logger: false,
    });
    addFormats.default(ajv);
    return ajv.compile(schema);
  } catch (cause) {
    throw new InvalidSchemaError(cause);
  }
}

/** The errors of `anyOf` and the like say twice what their branches say: the summary goes when a branch speaks. */
function problemsOf(errors: readonly ErrorObject[]): readonly JsonProblem[] {
  const problems = new Map<string, JsonProblem>();
  for (const error of errors) {
    const problem = problemOf(error);
    problems.set(`${problem.path} ${problem.message}`, problem);
  }
  return [...problems.values()];
}

function problemOf(error: ErrorObject): JsonProblem {
  const params = error.params as Readonly<Record<string, Json>>; // what ajv puts there is JSON
  const at = (name: Json | undefined): string => `${error.instancePath}/${pointerToken(name)}`;
  switch (error.keyword) {
    case "required":
      return { path: at(params["missingProperty"]), message: "is missing" };
    case "additionalProperties":
      return unknownField(error, at(params["additionalProperty"]), params["additionalProperty"]);
    case "enum":
      return {
        path: error.instancePath,
        message: `must be one of ${list(params["allowedValues"])}`,
      };
    case "const":
      return {
        path: error.instancePath,
        message: `must be ${JSON.stringify(params["allowedValue"])}`,
      };
    default:
      return { path: error.instancePath, message: error.message ?? error.keyword };
  }
}

function unknownField(error: ErrorObject, path: string, name: Json | undefined): JsonProblem {
  const schema: unknown = error.parentSchema?.["properties"];
  const known = typeof schema === "object" && schema !== null ? Object.keys(schema) : [];
  return { path, message: `is not known${didYouMean(String(name), known)}` };
}

function list(values: Json | undefined): string {
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)).join(", ") : "";
}

function pointerToken(name: Json | undefined): string {
  return String(name).replaceAll("~", "~0").replaceAll("/", "~1");
}
