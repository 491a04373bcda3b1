import type { NamedArray } from "./packed-arrays.ts";
import type { EarlyStopping, EpochResult } from "./training-options.ts";

/** The best epoch so far, and its weights. */
export interface Best {
  readonly epoch: number;
  readonly value: number;
  readonly weights: readonly NamedArray[];
}

/** What is looked at: of an early stop that names nothing, the loss of what the model does not learn from. */
export function watchedMetric(
  { metric }: EarlyStopping,
  hasValidation: boolean,
): NonNullable<EarlyStopping["metric"]> {
  return metric ?? (hasValidation ? "validationLoss" : "loss");
}

/** Whether an epoch is the best so far; one without the metric never is. */
export function isBest(
  result: EpochResult,
  best: Best | undefined,
  {
    metric,
    minDelta = 0,
  }: EarlyStopping & { readonly metric: NonNullable<EarlyStopping["metric"]> },
): boolean {
  const value = result[metric];
  if (value === undefined || !Number.isFinite(value)) return false;
  if (best === undefined) return true;
  const isShare = metric === "accuracy" || metric === "validationAccuracy";
  return isShare ? value > best.value + minDelta : value < best.value - minDelta;
}
