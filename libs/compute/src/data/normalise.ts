import { type DenseArray, rowsOf, rowSize } from "./dense-array.ts";

/** What samples are moved and stretched by: found in one table, used for all that follow. */
export interface Normalisation {
  /** One for each number of a sample, or one for all. */
  readonly means: Float64Array;
  /** At least so many as means; 1 where all samples are the same. */
  readonly deviations: Float64Array;
}

/**
 * Node: mean and standard deviation of samples, for each number of a sample by itself or for all numbers alike.
 *
 * Take it of what the model learns from, never of what it is measured by.
 *
 * @example
 * export const normalisation = bind(normalisationOf, { samples: "trainingImages" });
 */
export const normalisationOf = ({
  samples,
  alike = false,
}: {
  samples: DenseArray;
  alike?: boolean;
}): Normalisation => {
  const size = alike ? 1 : rowSize(samples);
  const count = alike ? samples.values.length : rowsOf(samples);
  const means = new Float64Array(size);
  const deviations = new Float64Array(size);
  eachNumber(samples, size, (value, at) => add(means, at, value / count));
  eachNumber(samples, size, (value, at) =>
    add(deviations, at, (value - (means[at] ?? 0)) ** 2 / count),
  );
  return { means, deviations: deviations.map((square) => (square > 0 ? Math.sqrt(square) : 1)) };
};

/** Node: samples around 0, about 1 apart, as 32-bit floats. */
export const normalised = ({
  samples,
  normalisation,
}: {
  samples: DenseArray;
  normalisation: Normalisation;
}): DenseArray => {
  const { means, deviations } = normalisation;
  const values = new Float32Array(samples.values.length);
  const size = means.length;
  for (let at = 0; at < values.length; at += 1) {
    const column = at % size;
    values[at] = ((samples.values[at] ?? 0) - (means[column] ?? 0)) / (deviations[column] ?? 1);
  }
  return { values, shape: samples.shape };
};

function eachNumber(
  { values }: DenseArray,
  size: number,
  take: (value: number, at: number) => void,
): void {
  for (let at = 0; at < values.length; at += 1) take(values[at] ?? 0, at % size);
}

function add(sums: Float64Array, at: number, value: number): void {
  sums[at] = (sums[at] ?? 0) + value;
}
