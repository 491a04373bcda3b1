import type { BackendUnderTest, Check, CheckResult } from "./check.ts";
import { durabilityChecks } from "./durability-checks.ts";
import { operationChecks } from "./operation-checks.ts";
import { trainingChecks } from "./training-checks.ts";

/** What became of a check. */
export interface Verdict extends Pick<Check, "group" | "name"> {
  readonly passed: boolean;
  /** How long it took on both back ends, milliseconds. */
  readonly tookMs: number;
  /** Absent when the back end could not do it at all. */
  readonly result?: CheckResult;
  /** Why not. */
  readonly problem?: string;
}

/**
 * Holds a back end against the plain one, check by check: operations with their gradients, trained models, and what makes a
 * training durable.
 */
export async function* runConformance(backend: BackendUnderTest): AsyncGenerator<Verdict> {
  for (const check of [...operationChecks(), ...trainingChecks(), ...durabilityChecks()])
    yield await verdictOf(check, backend);
}

/** Whether a back end does what a check asks for. */
export async function verdictOf(
  { group, name, run }: Check,
  backend: BackendUnderTest,
): Promise<Verdict> {
  const begunMs = performance.now();
  const about = (): Pick<Verdict, "group" | "name" | "tookMs"> => ({
    group,
    name,
    tookMs: Math.round(performance.now() - begunMs),
  });
  try {
    const result = await run(backend);
    return { ...about(), result, passed: result.measured <= result.limit };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { ...about(), passed: false, problem };
  }
}
