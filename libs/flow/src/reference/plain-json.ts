import type { Json, JsonObject } from "@weirflow/contracts";
import { NotPlainError } from "../errors.ts";
import { expressionOf } from "./make-ref.ts";

/**
 * The same value as JSON: fields that are `undefined` are left out.
 *
 * @param at - where the value stands, for messages.
 * @throws {@link NotPlainError} `flow/not-plain`, for what JSON cannot hold, and for a reference inside.
 */
export function plainJson(value: unknown, at: string): Json | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "undefined":
      return value;
    case "number":
      if (Number.isFinite(value)) return value;
      throw new NotPlainError(at, String(value), "pass it as text, or make it in a node");
    case "object":
      return value === null ? null : plainObject(value, at);
    default:
      throw new NotPlainError(at, `a ${typeof value}`, "make it in a node");
  }
}

function plainObject(value: object, at: string): Json {
  if (expressionOf(value) !== undefined)
    throw new NotPlainError(at, "a reference inside a value", "write record({ … }) around it");
  if (Array.isArray(value))
    return value.map((element, index) => plainJson(element, `${at}[${index}]`) ?? null);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new NotPlainError(at, `a ${value.constructor.name}`, "make it in a node");
  return plainFields(value, at);
}

/**
 * The fields of an object as JSON. See {@link plainJson}.
 *
 * @throws {@link NotPlainError} `flow/not-plain`.
 */
export function plainFields(value: object, at: string): JsonObject {
  const fields = Object.entries(value).flatMap(([key, field]) => {
    const json = plainJson(field, `${at}.${key}`);
    return json === undefined ? [] : [[key, json] as const];
  });
  return Object.fromEntries(fields);
}
