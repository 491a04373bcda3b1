import { describe, expect, test } from "vitest";
import { quietContext } from "../conformance/quiet-context.ts";
import { TrainingDataError } from "../errors.ts";
import { train } from "./train.ts";
import type { Loss, Samples } from "./training-options.ts";

function samples(values: ArrayLike<number>, shape: readonly number[]): Samples {
  const count = shape[0] ?? 0;
  return {
    x: { values: new Float32Array(count * 2), shape: [count, 2] },
    y: { values: Float32Array.from(values), shape },
  };
}

async function trained(
  loss: Loss,
  units: number,
  data: Samples,
  validation?: Samples,
): Promise<void> {
  await train(
    {
      model: ({ sequential, layers }) =>
        sequential({ layers: [layers.dense({ units, inputShape: [2], activation: "sigmoid" })] }),
      data,
      validation,
      loss,
      epochs: 1,
      backend: { prefer: "cpu" },
    },
    quietContext(),
  );
}

describe("train", () => {
  test.each([
    [[0, 3, 1], "sample 1 of data.y is of class 3, and the model knows 3 classes"],
    [[0, 1, -1], "sample 2 of data.y is of class -1, and the model knows 3 classes"],
    [[0.5, 1, 1], "sample 0 of data.y is of class 0.5, and the model knows 3 classes"],
    [[NaN, 1, 1], "sample 0 of data.y is of class NaN, and the model knows 3 classes"],
  ])("refuses the classes %j where there are 3", async (labels, problem) => {
    const training = trained("crossentropy", 3, samples(labels, [3]));

    await expect(training).rejects.toThrow(TrainingDataError);
    await expect(training).rejects.toThrow(`cannot train: ${problem}`);
  });

  test("refuses classes of validation samples, too", async () => {
    const training = trained("crossentropy", 2, samples([0, 1], [2]), samples([0, 2], [2]));

    await expect(training).rejects.toThrow("sample 1 of validation.y is of class 2");
  });

  test.each(["meanSquaredError", "binaryCrossentropy", "crossentropy"] as const)(
    "refuses answers of another shape than the model's, by %s",
    async (loss) => {
      const training = trained(loss, 3, samples([0, 1, 1, 0], [2, 2]));

      await expect(training).rejects.toThrow(
        "cannot train: an answer of data.y has the shape [2], one of the model [3]",
      );
    },
  );

  test.each([
    ["crossentropy", 2, samples([0, 1, 1], [3])],
    ["crossentropy", 2, samples([0, 1, 1, 0], [2, 2])],
    ["binaryCrossentropy", 1, samples([0, 1], [2])],
    ["meanSquaredError", 1, samples([0, 1], [2, 1])],
    ["meanSquaredError", 2, samples([0, 1, 2, 3], [2, 2])],
  ] as const)("takes answers that fit: %s, %d units", async (loss, units, data) => {
    await expect(trained(loss, units, data)).resolves.toBeUndefined();
  });
});
