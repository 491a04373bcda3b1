import type { Series } from "./absence-table.ts";

/** A way to say how good predictions are. */
export interface Metric {
  /** For people: "accuracy". */
  readonly title: string;
  /** Whether a larger score is a better one. */
  readonly higherIsBetter: boolean;
  readonly measure: (predicted: Series, actual: Series) => number;
}

/** The metrics by name. */
export const metrics = {
  accuracy: {
    title: "accuracy",
    higherIsBetter: true,
    measure: (predicted, actual) =>
      meanOver(actual, (label, row) => (predicted[row] === label ? 1 : 0)),
  },
  meanAbsoluteError: {
    title: "mean absolute error",
    higherIsBetter: false,
    measure: (predicted, actual) =>
      meanOver(actual, (label, row) => Math.abs((predicted[row] ?? Number.NaN) - label)),
  },
} as const satisfies Readonly<Record<string, Metric>>;

/** @see metrics */
export type MetricName = keyof typeof metrics;

/** Whether one score is strictly worse than another. */
export function isWorse(name: MetricName, score: number, other: number): boolean {
  return metrics[name].higherIsBetter ? score < other : score > other;
}

function meanOver(values: Series, of: (value: number, row: number) => number): number {
  let sum = 0;
  for (const [row, value] of values.entries()) sum += of(value, row);
  return sum / values.length;
}
