import type { OpenBackendOptions } from "../open-tensor-backend.ts";

/** What two back ends may differ by, of the largest value. */
export const TOLERANCE = 1e-4;

/** Options of `openTensorBackend` for the back end that is checked. */
export type BackendUnderTest = Omit<OpenBackendOptions, "signal">;

/** What a check found. */
export interface CheckResult {
  /** What was measured: a difference, a time. */
  readonly measured: number;
  /** What it may be at most. */
  readonly limit: number;
  /** `""` for differences, relative to the largest value. */
  readonly unit: "" | "ms" | "tensors";
}

/** Something that every back end has to do as the plain one does it. */
export interface Check {
  readonly group: "operation" | "training" | "durability";
  readonly name: string;
  /** Rejects when the back end cannot do it at all. */
  readonly run: (backend: BackendUnderTest) => Promise<CheckResult>;
}

/** The plain back end: what others are held against. */
export const REFERENCE: BackendUnderTest = { require: "cpu" };
