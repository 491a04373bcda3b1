import type { Expression, JsonObject } from "@weirflow/contracts";
import { evaluateExpression, needsOf } from "@weirflow/flow";
import type { HeldRun } from "./held-run.ts";
import type { RunResult, RunResults } from "./tables.ts";

/**
 * What a completed run returns, by name: JSON where the flow returns it as such, else the value that a task made; a
 * record of both is taken apart.
 */
export function resultsOf(
  { row, manifest, tasks }: HeldRun,
  configs: Readonly<Record<string, JsonObject>>,
): RunResults {
  const outputs = new Map(tasks.map((task) => [task.call.id, task.row.outputs]));
  const resultOf = (expression: Expression): RunResult => {
    if (expression.kind === "output") {
      const { call, output } = expression;
      const value = outputs.get(call)?.[output];
      return value === undefined ? { call, output } : { call, output, value };
    }
    if (expression.kind === "record" && needsOf(expression).length > 0)
      return { of: mapValues(expression.of, resultOf) };
    const json = evaluateExpression(expression, { params: row.params, configs });
    return json === undefined ? {} : { json };
  };
  return mapValues(manifest.results, resultOf);
}

function mapValues<A, B>(of: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, map(value)]));
}
