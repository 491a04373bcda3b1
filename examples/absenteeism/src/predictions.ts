import type { Series } from "./absence-table.ts";

/** What a model said about the validation rows, and what was true; series of one length. */
export interface Predictions {
  /** The user's number. */
  readonly id: Series;
  readonly actual: Series;
  /** In the label's own terms: a class, or hours. */
  readonly predicted: Series;
  /** The probability of class 1, or hours. */
  readonly score: Series;
}

/** A table for people and spreadsheets: a header, then one line for each row. */
export function predictionsCsv({ id, actual, predicted, score }: Predictions): string {
  const lines = Array.from(id, (user, row) =>
    [user, actual[row], predicted[row], score[row]].join(","),
  );
  return ["id,actual,predicted,score", ...lines, ""].join("\n");
}
