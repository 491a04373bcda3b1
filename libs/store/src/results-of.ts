import { evaluateExpression } from "@weirflow/flow";
import type { HeldRun } from "./run-batch.ts";
import type { RunResults } from "./tables.ts";

/** What a completed run returns, by name: JSON where the flow returns it as such, else the value that a task made. */
export function resultsOf({ row, manifest, tasks }: HeldRun): RunResults {
  const outputs = new Map(tasks.map((task) => [task.call.id, task.row.outputs]));
  return Object.fromEntries(
    Object.entries(manifest.results).map(([name, expression]) => {
      if (expression.kind !== "output") {
        const json = evaluateExpression(expression, { params: row.params });
        return [name, json === undefined ? {} : { json }];
      }
      const { call, output } = expression;
      const value = outputs.get(call)?.[output];
      return [name, value === undefined ? { call, output } : { call, output, value }];
    }),
  );
}
