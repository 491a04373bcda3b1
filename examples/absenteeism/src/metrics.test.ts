import { describe, expect, test } from "vitest";
import { scoresOfGuessing } from "./bootstrap.ts";
import { isWorse, metrics } from "./metrics.ts";

const series = (...values: readonly number[]): Float64Array => Float64Array.from(values);

describe("metrics", () => {
  test("accuracy is the share of labels that were hit", () => {
    expect(metrics.accuracy.measure(series(1, 0, 1, 1), series(1, 1, 1, 0))).toBe(0.5);
  });

  test("mean absolute error is the mean distance", () => {
    expect(metrics.meanAbsoluteError.measure(series(1, 5), series(2, 2))).toBe(2);
  });

  test("know which way is worse", () => {
    expect(isWorse("accuracy", 0.4, 0.5)).toBe(true);
    expect(isWorse("accuracy", 0.5, 0.5)).toBe(false);
    expect(isWorse("meanAbsoluteError", 0.4, 0.5)).toBe(false);
    expect(isWorse("meanAbsoluteError", 0.6, 0.5)).toBe(true);
  });
});

describe("scoresOfGuessing", () => {
  const labels = Float64Array.from({ length: 200 }, (_, index) => (index % 4 === 0 ? 1 : 0));
  const options = { labels, metric: "accuracy", draws: 300, seed: 1 } as const;

  test("come near the chance of two draws from the labels being equal", () => {
    const scores = scoresOfGuessing(options);

    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    expect(scores).toHaveLength(300);
    expect(Math.abs(mean - (0.25 ** 2 + 0.75 ** 2))).toBeLessThan(0.01);
  });

  test("are the same for the same seed, and others for another", () => {
    expect(scoresOfGuessing(options)).toEqual(scoresOfGuessing({ ...options }));
    expect(scoresOfGuessing(options)).not.toEqual(scoresOfGuessing({ ...options, seed: 2 }));
  });

  test("are perfect when all labels are equal", () => {
    const scores = scoresOfGuessing({ ...options, labels: series(3, 3, 3) });

    expect(new Set(scores)).toEqual(new Set([1]));
  });
});
