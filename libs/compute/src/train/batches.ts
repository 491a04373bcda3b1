import { type DenseArray, rowsOf, takeRows } from "../data/dense-array.ts";
import { TrainingDataError } from "../errors.ts";
import type { Samples } from "./training-options.ts";

/** Some samples, side by side. */
export interface Batch {
  readonly x: DenseArray;
  readonly y: DenseArray;
  /** How much each sample counts; absent when all count the same. */
  readonly weights?: Float32Array;
}

/** The samples at some rows. */
export function batchAt({ x, y }: Samples, rows: Int32Array): Batch {
  return { x: takeRows(x, rows), y: takeRows(y, rows) };
}

/** A batch whose samples count as their classes do. */
export function weighted(batch: Batch, classWeights: Readonly<Record<number, number>>): Batch {
  const weightOf = (label: number): number => classWeights[label] ?? 1;
  return { ...batch, weights: Float32Array.from(batch.y.values, weightOf) };
}

/**
 * Refuses samples that do not belong together.
 *
 * @throws {@link TrainingDataError} `compute/training-data`.
 */
export function checkSamples({ x, y }: Samples, name: string): void {
  for (const [side, array] of [
    ["x", x],
    ["y", y],
  ] as const) {
    const size = array.shape.reduce((product, part) => product * part, 1);
    if (size !== array.values.length)
      throw new TrainingDataError(
        `${name}.${side} holds ${array.values.length} numbers, its shape [${array.shape.join(", ")}] asks for ${size}`,
        "give the shape with the samples first",
      );
  }
  if (rowsOf(x) !== rowsOf(y))
    throw new TrainingDataError(
      `${name} has ${rowsOf(x)} samples and ${rowsOf(y)} answers`,
      "give one answer a sample",
    );
  if (rowsOf(x) === 0)
    throw new TrainingDataError(`${name} has no sample`, "look at what the split leaves");
}
