import { type DenseArray, rowSize } from "../data/dense-array.ts";
import { TrainingDataError } from "../errors.ts";
import type { LayersModel } from "./layers-model.ts";
import type { Loss, Samples } from "./training-options.ts";

/**
 * Refuses answers that a model cannot give: TensorFlow.js would take a class that does not exist for none, and learn that.
 *
 * @throws {@link TrainingDataError} `compute/training-data`.
 */
export function checkAnswers(
  model: LayersModel,
  loss: Loss,
  { data, validation }: { readonly data: Samples; readonly validation?: Samples | undefined },
): void {
  const shape = outputOf(model);
  if (shape === undefined) return;
  checkFit(data.y, "data.y", shape, loss);
  if (validation !== undefined) checkFit(validation.y, "validation.y", shape, loss);
}

/** The shape of one answer; `undefined` where it depends on the sample. */
function outputOf(model: LayersModel): readonly number[] | undefined {
  const sides = model.outputs[0]?.shape.slice(1) ?? [null];
  const known = sides.flatMap((side) => side ?? []);
  return known.length === sides.length ? known : undefined;
}

function checkFit(y: DenseArray, name: string, shape: readonly number[], loss: Loss): void {
  if (loss === "crossentropy" && y.shape.length === 1) return checkLabels(y, name, shape);
  if (rowSize(y) === shape.reduce((size, side) => size * side, 1)) return;
  throw new TrainingDataError(
    `an answer of ${name} has the shape [${y.shape.slice(1).join(", ")}], one of the model [${shape.join(", ")}]`,
    "give the last layer as many units as an answer has numbers",
  );
}

function checkLabels({ values }: DenseArray, name: string, shape: readonly number[]): void {
  const classes = shape.at(-1) ?? 0;
  const row = values.findIndex((one) => !(Number.isInteger(one) && one >= 0 && one < classes));
  if (row === -1) return;
  throw new TrainingDataError(
    `sample ${row} of ${name} is of class ${values[row]}, and the model knows ${classes} classes`,
    "number classes from 0, and give the last layer a unit for each",
  );
}
