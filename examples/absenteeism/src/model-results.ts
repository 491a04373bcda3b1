import type { BackendFacts } from "@weirflow/compute";
import type { MetricName } from "./metrics.ts";
import type { Correlation, TTest } from "./significance.ts";

/** What the model is for. */
export type TaskName = "binaryClassification" | "continuousRegression";

/** Rows and columns. */
export type Shape = readonly [rows: number, columns: number];

/** All that is known about how good a model is; plain JSON. */
export interface ModelResults {
  readonly task: TaskName;
  readonly metric: MetricName;
  readonly score: number;
  /** The mean score of guessing. */
  readonly chanceScore: number;
  readonly isWorseThanChance: boolean;
  /** Whether guessing could have the model's score as its mean; null when it cannot be tested. */
  readonly tTest: TTest | null;
  /** Of predictions and answers; null when there is none. */
  readonly correlation: Correlation | null;
  readonly trainShape: Shape;
  readonly validationShape: Shape;
  /** The weight of each feature. */
  readonly coefficients: Readonly<Record<string, number>>;
  readonly intercept: number;
  /** Steps of the training. */
  readonly iterations: number;
  readonly backend: BackendFacts;
}

/** Whether a model is good enough, in a sentence. */
export interface Verdict {
  readonly passes: boolean;
  readonly sentence: string;
}
