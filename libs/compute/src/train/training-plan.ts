import { createHash } from "node:crypto";
import { rowsOf } from "../data/dense-array.ts";
import { TrainingDataError } from "../errors.ts";
import { checkSamples } from "./batches.ts";
import { watchedMetric } from "./early-stop.ts";
import type { Model, TrainingConfiguration } from "./model.ts";
import { optimizerOptions } from "./optimizer.ts";
import type { EarlyStopping, OptimizerOptions, TrainOptions } from "./training-options.ts";

/** The options of a training with all their defaults. */
export interface TrainingPlan extends Omit<TrainOptions, "backend" | "earlyStopping"> {
  readonly batchSize: number;
  readonly optimizer: Required<OptimizerOptions>;
  readonly checkpoint: { readonly everyEpochs: number; readonly everySeconds: number };
  readonly earlyStopping: (EarlyStopping & Required<Pick<EarlyStopping, "metric">>) | undefined;
  readonly seed: number;
  readonly chart: string;
  /** Batches of one epoch. */
  readonly batches: number;
}

/**
 * Checks options and fills in what was left out.
 *
 * @throws {@link TrainingDataError} `compute/training-data`.
 */
export function planTraining(options: TrainOptions): TrainingPlan {
  const { data, validation, batchSize = 32, epochs, seed = 0, earlyStopping } = options;
  const { chart = "training" } = options;
  checkSamples(data, "data");
  if (validation !== undefined) checkSamples(validation, "validation");
  checkCount("epochs", epochs);
  checkCount("batchSize", batchSize);
  return {
    ...options,
    batchSize,
    seed,
    chart,
    optimizer: optimizerOptions(options.optimizer),
    checkpoint: { everyEpochs: 1, everySeconds: 60, ...options.checkpoint },
    earlyStopping: earlyStopping && {
      ...earlyStopping,
      metric: watchedMetric(earlyStopping, validation !== undefined),
    },
    batches: Math.ceil(rowsOf(data.x) / batchSize),
  };
}

/** What the weights depend on, beside the topology: plain JSON, kept with the model. */
export function configurationOf(plan: TrainingPlan): TrainingConfiguration {
  const { loss, optimizer, batchSize, epochs, seed, classWeights, earlyStopping, data } = plan;
  return {
    loss,
    optimizer,
    batchSize,
    epochs,
    seed,
    samples: rowsOf(data.x),
    dataHash: hashOfSamples(plan),
    ...(classWeights === undefined ? {} : { classWeights }),
    ...(earlyStopping === undefined ? {} : { earlyStopping }),
  };
}

/** Equal for trainings that take the same steps: a checkpoint of one is a checkpoint of the other. */
export function fingerprintOf(
  topology: Model["topology"],
  configuration: TrainingConfiguration,
  start: Model | undefined,
): string {
  const steps = { ...configuration, epochs: undefined }; // how many there are changes none of them
  return createHash("sha256")
    .update(JSON.stringify([topology, steps, start?.weightsHash ?? ""]))
    .digest("hex");
}

function hashOfSamples({ data, validation }: TrainingPlan): string {
  const hash = createHash("sha256");
  for (const { x, y } of validation === undefined ? [data] : [data, validation])
    for (const { values, shape } of [x, y])
      hash
        .update(`${values.constructor.name}[${shape.join(",")}]`)
        .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return hash.digest("hex");
}

function checkCount(name: string, count: number): void {
  if (!Number.isSafeInteger(count) || count < 1)
    throw new TrainingDataError(`${name} is ${count}`, `give a whole number from 1 as ${name}`);
}
