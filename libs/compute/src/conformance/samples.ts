import type { Samples } from "../train/training-options.ts";
import { seededRandom } from "../train/seeded-random.ts";

/** Samples of classes that can be told apart: a class is the third of a sample in which its numbers are larger. */
export function classSamples(count: number, shape: readonly number[], classes: number): Samples {
  const size = shape.reduce((product, side) => product * side, 1);
  const random = seededRandom(11, count, size);
  const y = Int32Array.from({ length: count }, (_, row) => row % classes);
  const x = new Float32Array(count * size);
  for (let at = 0; at < x.length; at += 1) {
    const label = y[Math.floor(at / size)] ?? 0;
    const part = Math.floor(((at % size) * classes) / size);
    x[at] = random() + (part === label ? 0.7 : 0);
  }
  return { x: { values: x, shape: [count, ...shape] }, y: { values: y, shape: [count] } };
}
