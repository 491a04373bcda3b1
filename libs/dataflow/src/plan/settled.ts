import type { NodeError } from "../errors.ts";

/** What became of a node: its value, or the error of the node that failed. */
export type Settled<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: NodeError };

/** Stands for the value of a node that failed, or that did not run because one before it failed. */
export class FailedValue {
  readonly error: NodeError;

  constructor(error: NodeError) {
    this.error = error;
  }
}

/** The first failure among some values. */
export function firstFailure(values: Iterable<unknown>): FailedValue | undefined {
  for (const value of values) if (value instanceof FailedValue) return value;
  return undefined;
}

/** A value of a run, or its failure, as a union that says which it is. */
export function settle(value: unknown): Settled<unknown> {
  return value instanceof FailedValue ? { ok: false, error: value.error } : { ok: true, value };
}

/** The same of each value, by name. */
export function settleAll(
  values: Readonly<Record<string, unknown>>,
): Record<string, Settled<unknown>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, settle(value)]));
}
