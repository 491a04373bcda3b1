// oxlint-disable-next-line typescript/triple-slash-reference -- an ambient declaration cannot be imported
/// <reference path="./cephes.d.ts" />
import { compiled, stdtr } from "cephes";
import { mean, sampleCorrelation, sampleStandardDeviation } from "simple-statistics";
import type { Series } from "./absence-table.ts";

/** A one-sample t-test: is `mean` a plausible mean of what the sample was drawn from? */
export interface TTest {
  readonly statistic: number;
  readonly degreesOfFreedom: number;
  /** Two-sided. */
  readonly pValue: number;
}

/** Pearson's correlation of two series. */
export interface Correlation {
  /** −1 to 1. */
  readonly r: number;
  /** Two-sided: how likely such an `r` is if the series have nothing to do with each other. */
  readonly pValue: number;
}

/**
 * Tests a sample against a mean.
 *
 * @returns null when the sample has fewer than two values or all are equal: there is no such test then.
 */
export async function tTest(sample: Series, expectedMean: number): Promise<TTest | null> {
  if (sample.length < 2) return null;
  const values = Array.from(sample);
  const error = sampleStandardDeviation(values) / Math.sqrt(values.length);
  if (error === 0) return null;
  const statistic = (mean(values) - expectedMean) / error;
  const degreesOfFreedom = values.length - 1;
  return { statistic, degreesOfFreedom, pValue: await twoSided(statistic, degreesOfFreedom) };
}

/**
 * Correlates two series of one length.
 *
 * @returns null when there are fewer than three pairs or one series is constant: it has no correlation then.
 */
export async function correlate(a: Series, b: Series): Promise<Correlation | null> {
  if (a.length < 3) return null;
  const r = Math.min(1, Math.max(-1, sampleCorrelation(Array.from(a), Array.from(b))));
  if (Number.isNaN(r)) return null;
  const degreesOfFreedom = a.length - 2;
  const statistic = r * Math.sqrt(degreesOfFreedom / ((1 - r) * (1 + r)));
  return { r, pValue: await twoSided(statistic, degreesOfFreedom) };
}

async function twoSided(statistic: number, degreesOfFreedom: number): Promise<number> {
  if (!Number.isFinite(statistic)) return 0;
  await compiled;
  return 2 * stdtr(degreesOfFreedom, -Math.abs(statistic));
}
