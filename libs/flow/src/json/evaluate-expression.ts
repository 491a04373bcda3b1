import type { Expression, Json, JsonObject, ResolvedInput } from "@weirflow/contracts";
import { assertNever } from "@weirflow/errors";
import { valueAt } from "./json-path.ts";

/** What an expression can read. What is not given reads as absent. */
export interface Scope {
  readonly params?: JsonObject | undefined;
  /** Bodies of the config documents, by the key under which the flow reads them. */
  readonly configs?: Readonly<Record<string, JsonObject>> | undefined;
  /** A CloudEvent in JSON, or what stands for one. */
  readonly event?: JsonObject | undefined;
  /** Outputs that are plain JSON, by call and name. */
  readonly outputs?: Readonly<Record<string, Readonly<Record<string, Json>>>> | undefined;
}

/** A value that a task made, where its bytes are and who made it. */
export type MadeValue = Omit<Extract<ResolvedInput, { kind: "value" }>, "kind">;

/**
 * Evaluates an expression as JSON; no code of a flow runs.
 *
 * @returns `undefined` when what it reads is absent. A record leaves absent fields out; in a text they are empty.
 * @example
 * evaluateExpression({ kind: "param", path: ["rawData"] }, { params: { rawData: "x.csv" } }); // "x.csv"
 */
export function evaluateExpression(expression: Expression, scope: Scope): Json | undefined {
  switch (expression.kind) {
    case "value":
      return expression.value;
    case "param":
      return valueAt(scope.params, expression.path);
    case "config":
      return valueAt(ownValue(scope.configs, expression.config), expression.path);
    case "event":
      return valueAt(scope.event, expression.path);
    case "output":
      return ownValue(ownValue(scope.outputs, expression.call), expression.output);
    case "text":
      return textOf(expression, scope);
    case "record":
      return present(expression.of, (part) => evaluateExpression(part, scope));
    default:
      return assertNever(expression);
  }
}

/**
 * What a task is given for an input: JSON, a value that another task made, or a record of both.
 *
 * @param outputOf - the value that a call made; `undefined` when it made none.
 * @returns `undefined` when the input is absent.
 */
export function resolveInput(
  expression: Expression,
  scope: Scope,
  outputOf: (call: string, output: string) => MadeValue | undefined,
): ResolvedInput | undefined {
  if (expression.kind === "output") {
    const made = outputOf(expression.call, expression.output);
    return made === undefined ? undefined : { kind: "value", ...made };
  }
  if (expression.kind === "record" && needsOf(expression).length > 0) {
    const of = present(expression.of, (part) => resolveInput(part, scope, outputOf));
    return { kind: "record", of };
  }
  const value = evaluateExpression(expression, scope);
  return value === undefined ? undefined : { kind: "json", value };
}

/** Ids of the calls whose outputs an expression reads, each once. */
export function needsOf(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case "output":
      return [expression.call];
    case "text":
      return [...new Set(expression.of.flatMap(needsOf))];
    case "record":
      return [...new Set(Object.values(expression.of).flatMap(needsOf))];
    default:
      return [];
  }
}

function textOf({ parts, of }: Extract<Expression, { kind: "text" }>, scope: Scope): string {
  const values = of.map((part) => asText(evaluateExpression(part, scope)));
  return parts.map((part, index) => part + (values[index] ?? "")).join("");
}

function asText(value: Json | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function ownValue<T>(of: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return of !== undefined && Object.hasOwn(of, key) ? of[key] : undefined;
}

function present<A, B>(
  of: Readonly<Record<string, A>>,
  map: (value: A) => B | undefined,
): Record<string, B> {
  const mapped = Object.entries(of).flatMap(([key, value]) => {
    const made = map(value);
    return made === undefined ? [] : [[key, made] as const];
  });
  return Object.fromEntries(mapped);
}
