import { type CheckFailure, NodeCheckError } from "../errors.ts";
import type { GraphNode } from "../graph/graph-node.ts";
import type { CheckOptions, NodeCheck, NodeOptions } from "../modifier/node.ts";
import type { CheckOutcome } from "./plugin.ts";

/**
 * Runs every check of a node on its value, and tells each outcome.
 *
 * @throws {@link NodeCheckError} `dag/check-failed`, with all failures of checks that do not only warn.
 */
export function checkValue(
  node: GraphNode,
  value: unknown,
  tell: (outcome: CheckOutcome) => void,
): void {
  const failures: CheckFailure[] = [];
  for (const check of checksOf(node.options)) {
    const { name = "check", onFail: level = "fail" } = check;
    const { reason, cause } = failureOf(check, value);
    const outcome = { node, name, level, ok: reason === undefined };
    tell(reason === undefined ? outcome : { ...outcome, message: reason });
    if (reason !== undefined && level === "fail") failures.push({ check: name, reason, cause });
  }
  if (failures.length > 0) throw new NodeCheckError(node.name, failures);
}

/** Whether a node has any check. */
export function hasChecks(options: NodeOptions<never>): boolean {
  return options.check !== undefined;
}

function checksOf({ check }: NodeOptions<never>): readonly CheckOptions<never>[] {
  if (check === undefined) return [];
  return isList(check) ? check.map(asOptions) : [asOptions(check)];
}

function isList(
  check: NodeCheck<never> | readonly NodeCheck<never>[],
): check is readonly NodeCheck<never>[] {
  return Array.isArray(check);
}

function asOptions(check: NodeCheck<never>): CheckOptions<never> {
  return typeof check === "function" ? { test: check } : check;
}

function failureOf(
  { test }: CheckOptions<never>,
  value: unknown,
): { readonly reason?: string; readonly cause?: unknown } {
  try {
    // `node` typed the check by what the function returns
    const verdict = test(value as never);
    return verdict === true ? {} : { reason: verdict };
  } catch (cause) {
    return { reason: cause instanceof Error ? cause.message : String(cause), cause };
  }
}
