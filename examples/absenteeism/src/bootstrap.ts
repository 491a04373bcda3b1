import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Series } from "./absence-table.ts";
import { type MetricName, metrics } from "./metrics.ts";

/** How to score guesses. */
export interface BootstrapOptions {
  readonly labels: Series;
  readonly metric: MetricName;
  /** How often to guess all labels. */
  readonly draws: number;
  /** A whole number; the same one gives the same scores. */
  readonly seed: number;
}

/**
 * The scores of guessing: each draw takes every prediction from the labels themselves, at random and with replacement.
 *
 * What a model that knows nothing but the labels' distribution would get.
 */
export function scoresOfGuessing({ labels, metric, draws, seed }: BootstrapOptions): Series {
  const random = xoroshiro128plus(seed);
  const guess = (): number => labels[uniformInt(random, 0, labels.length - 1)] ?? 0;
  return Float64Array.from({ length: draws }, () =>
    metrics[metric].measure(Float64Array.from(labels, guess), labels),
  );
}
