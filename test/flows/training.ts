import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Model, type Samples, train } from "@weirflow/compute";
import type { NodeContext } from "weirflow";

/** Points of a line. */
export const points = ({ count }: { count: number }): Samples => {
  const x = Float32Array.from({ length: count }, (_, i) => Math.sin(i));
  const y = x.map((value) => 2 * value + 1);
  return { x: { values: x, shape: [count, 1] }, y: { values: y, shape: [count] } };
};

/**
 * Learns the line. Says in which process when the second epoch is done, so that the first one's checkpoint is there; the
 * first attempt may then compute for ever.
 */
export const line = async (
  {
    points,
    epochs,
    dir,
    stands,
  }: { points: Samples; epochs: number; dir: string; stands: boolean },
  context: NodeContext,
): Promise<Model> => {
  const progress = (done: number, total?: number, text?: string): void => {
    context.progress(done, total, text);
    if (done === 2) writeFileSync(join(dir, "training.begun"), String(process.pid));
    if (stands && done === 2 && context.attempt === 1) computeForEver();
  };
  const training = await train(
    {
      model: ({ sequential, layers }) =>
        sequential({ layers: [layers.dense({ units: 1, inputShape: [1] })] }),
      data: points,
      loss: "meanSquaredError",
      epochs,
    },
    { ...context, progress },
  );
  return training.model;
};

function computeForEver(): void {
  for (let turns = 0; ; turns += 1) if (turns < 0) return;
}

/** How many numbers it learnt. */
export const size = ({ line }: { line: Model }): number =>
  line.weights.reduce((sum, { values }) => sum + values.length, 0);
