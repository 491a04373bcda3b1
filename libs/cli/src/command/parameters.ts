import { type Json, type JsonObject, jsonObjectSchema, jsonSchema } from "@weirflow/contracts";
import { UsageError } from "../errors.ts";

/** Options that give a JSON object. */
export interface ParameterOptions {
  /** `name=value`, each. */
  readonly param?: readonly string[];
  /** The whole object as JSON. */
  readonly params?: string;
}

/**
 * The object that `--params '{…}'` and `--param name=value` give; the latter wins. A value that is JSON is read as JSON,
 * any other as text.
 *
 * @throws {@link UsageError} `cli/usage`.
 * @example
 * parametersOf({ param: ["rows=20", "name=Ada"] }); // { rows: 20, name: "Ada" }
 */
export function parametersOf({ param = [], params }: ParameterOptions): JsonObject {
  const named = param.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw new UsageError(`"${pair}" is no parameter`, "write --param name=value");
    return [pair.slice(0, at), jsonOrText(pair.slice(at + 1))] as const;
  });
  return { ...(params === undefined ? {} : objectOf(params)), ...Object.fromEntries(named) };
}

/**
 * A JSON object from the command line.
 *
 * @throws {@link UsageError} `cli/usage`.
 */
export function objectOf(text: string): JsonObject {
  const parsed = jsonObjectSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new UsageError(`"${text}" is no JSON object`, 'write it like {"name": "Ada"}, in quotes');
}

function jsonOrText(text: string): Json {
  const parsed = jsonSchema.safeParse(jsonOf(text));
  return parsed.success ? parsed.data : text;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Gathers a repeated option. */
export function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/**
 * A whole number from the command line.
 *
 * @throws {@link UsageError} `cli/usage`, outside its range.
 */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new UsageError(`"${text}" is no whole number`, `give one from ${min} to ${max}`);
  };
}
