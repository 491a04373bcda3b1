import type { JsonObject } from "@weirflow/contracts";
import { didYouMean } from "@weirflow/errors";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
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
    const filled = structuredClone<object>(value);
    if (validate(filled)) return { ok: true, value: filled };
    return { ok: false, problems: problemsOf(validate.errors ?? []) };
  };
}

function compile(schema: JsonObject): ValidateFunction<JsonObject> {
  try {
    const ajv = new Ajv2020({
      allErrors: true,
      useDefaults: true,
      strict: false,
      verbose: true,
      logger: false,
    });
    addFormats.default(ajv);
    return ajv.compile<JsonObject>(schema);
  } catch (cause) {
    throw new InvalidSchemaError(cause);
  }
}

/** Each once: the branches of `anyOf` and the like say the same of the same field. */
function problemsOf(errors: readonly ErrorObject[]): readonly JsonProblem[] {
  const problems = new Map<string, JsonProblem>();
  for (const error of errors) {
    const problem = problemOf(error);
    problems.set(`${problem.path} ${problem.message}`, problem);
  }
  return [...problems.values()];
}

/** What ajv says beside its sentence, for the keywords that are told anew here. */
interface Facts {
  readonly missingProperty?: string;
  readonly additionalProperty?: string;
  readonly allowedValues?: readonly unknown[];
  readonly allowedValue?: unknown;
}

function problemOf(error: ErrorObject): JsonProblem {
  const facts: Facts = error.params;
  const { missingProperty = "", additionalProperty = "" } = facts;
  const path = error.instancePath;
  switch (error.keyword) {
    case "required":
      return { path: `${path}/${pointerToken(missingProperty)}`, message: "is missing" };
    case "additionalProperties":
      return {
        path: `${path}/${pointerToken(additionalProperty)}`,
        message: `is not known${didYouMean(additionalProperty, knownFields(error))}`,
      };
    case "enum":
      return { path, message: `must be one of ${list(facts.allowedValues ?? [])}` };
    case "const":
      return { path, message: `must be ${JSON.stringify(facts.allowedValue)}` };
    default:
      return { path, message: error.message ?? error.keyword };
  }
}

function knownFields(error: ErrorObject): readonly string[] {
  const properties: unknown = error.parentSchema?.["properties"];
  return typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
}

function list(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(", ");
}

function pointerToken(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
