import type { Json, JsonObject, TriggerSpec } from "@weirflow/contracts";
import { evaluateExpression } from "./evaluate-expression.ts";
import { isList, valueAt } from "./json-path.ts";

/**
 * Whether an event has all the values that a trigger asks for.
 *
 * @param match - dotted paths into the event, and the value that each must equal.
 * @example
 * matchesEvent({ "data.name": "absenteeism" }, event);
 */
export function matchesEvent(match: TriggerSpec["match"], event: JsonObject): boolean {
  return Object.entries(match).every(([path, value]) => valueAt(event, path.split(".")) === value);
}

/**
 * The parameters that an event gives: its data, where the trigger takes that whole, then what the trigger maps.
 *
 * @returns parameters not yet checked against the schema of the flow; absent values are left out.
 */
export function paramsFromEvent(
  trigger: Pick<TriggerSpec, "params" | "dataAsParams">,
  event: JsonObject,
): JsonObject {
  const mapped = Object.entries(trigger.params).flatMap(([name, expression]) => {
    const value = evaluateExpression(expression, { event });
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...(trigger.dataAsParams ? objectOf(event["data"]) : {}),
    ...Object.fromEntries(mapped),
  };
}

function objectOf(data: Json | undefined): JsonObject {
  return typeof data === "object" && data !== null && !isList(data) ? data : {};
}
