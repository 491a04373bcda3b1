import type { NodeOptions } from "../modifier/node.ts";
import type { ParameterFault } from "./parameters.ts";

/** What names a pool everywhere. */
const POOL = /^[A-Za-z0-9_-]{1,32}$/;

/** What is wrong with the hints of a node; nothing, when they are fine. */
export function optionFaults({ pool, resources }: NodeOptions<never>): readonly ParameterFault[] {
  const faults: ParameterFault[] = [];
  if (pool !== undefined && !POOL.test(pool))
    faults.push({
      code: "dag/invalid-option",
      message: `names the pool "${pool}"`,
      fix: "use 1 to 32 letters, digits, `-` or `_`",
    });
  for (const [name, amount] of Object.entries(resources ?? {}))
    if (!Number.isFinite(amount) || amount < 0)
      faults.push({
        code: "dag/invalid-option",
        message: `takes ${String(amount)} of the resource "${name}"`,
        fix: "say a number from 0",
      });
  return faults;
}
