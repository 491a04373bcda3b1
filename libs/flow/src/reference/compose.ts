import type { Expression, Json } from "@weirflow/contracts";
import { NotPlainError } from "../errors.ts";
import { expressionOf, makeRef } from "./make-ref.ts";
import { plainJson } from "./plain-json.ts";
import type { In, Known, Ref } from "./ref.ts";

/**
 * Text with references inside. Only parameters and configs: the output of a task is put into text inside a node.
 *
 * @example
 * train({ name: text`models/${params.name}/${params.version}` });
 */
export function text(
  parts: TemplateStringsArray,
  ...of: readonly Known<string | number | boolean>[]
): Ref<string, "start"> {
  const expression: Expression = {
    kind: "text",
    parts: [...parts],
    of: of.map((part) => expressionIn(part, "text")),
  };
  return makeRef(expression) as Ref<string, "start">; // what it stands for is text once a run is accepted
}

/**
 * An object with references inside.
 *
 * @example
 * train({ model: record({ rate: params.rate, epochs: 10 }) });
 */
export function record<const T extends object>(of: {
  readonly [K in keyof T]: In<T[K]>;
}): Ref<T> {
  const parts = Object.entries(of).map(([key, part]) => [key, expressionIn(part, `record.${key}`)]);
  // the fields are those of T, each a reference or a value
  return makeRef({ kind: "record", of: Object.fromEntries(parts) }) as Ref<T>;
}

/**
 * What a value or reference stands for.
 *
 * @param at - what it is, for messages.
 * @throws {@link NotPlainError} `flow/not-plain`, for a value that cannot be stored.
 */
export function expressionIn(value: unknown, at: string): Expression {
  const expression = expressionOf(value);
  if (expression !== undefined) return expression;
  const json: Json | undefined = plainJson(value, at);
  if (json === undefined) throw new NotPlainError(at, "undefined", "leave it out");
  return { kind: "value", value: json };
}
