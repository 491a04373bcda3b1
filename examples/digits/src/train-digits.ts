/** Function module: from images to a model that reads them. Every export is a node of the graph. */
import {
  type DenseArray,
  type EpochResult,
  type Model,
  type Normalisation,
  normalised,
  train,
  type Training,
} from "@weirflow/compute";
import { bind, node, type NodeContext } from "weirflow";
import { PIXELS, SIDE } from "./idx-file.ts";
import { type NetworkName, networks } from "./networks.ts";

const scaled = ({
  images,
  greyness,
}: {
  images: Uint8Array;
  greyness: Normalisation;
}): DenseArray => {
  const samples = { values: images, shape: [images.length / PIXELS, SIDE, SIDE, 1] };
  return normalised({ samples, normalisation: greyness });
};

/** What the model learns from, as numbers around 0. */
export const trainX = bind(scaled, { images: "trainImages" });

/** What is looked at after each epoch, measured by the same. */
export const validationX = bind(scaled, { images: "validationImages" });

/**
 * The training: goes on from its checkpoint when an earlier attempt was ended, and stops when the images that are held back
 * are read no better.
 */
export const training = node(
  async (
    {
      trainX,
      trainLabels,
      validationX,
      validationLabels,
      network = "convolutional",
      epochs = 6,
      batchSize = 64,
      seed = 0,
      preferredBackend = "auto",
    }: {
      trainX: DenseArray;
      trainLabels: Uint8Array;
      validationX: DenseArray;
      validationLabels: Uint8Array;
      network?: NetworkName;
      epochs?: number;
      batchSize?: number;
      seed?: number;
      preferredBackend?: string;
    },
    context: NodeContext,
  ): Promise<Training> =>
    await train(
      {
        model: networks[network],
        data: { x: trainX, y: labelsOf(trainLabels) },
        validation: { x: validationX, y: labelsOf(validationLabels) },
        loss: "crossentropy",
        epochs,
        batchSize,
        seed,
        earlyStopping: { metric: "validationAccuracy", patience: 3 },
        checkpoint: { everySeconds: 10 },
        backend: { prefer: preferredBackend === "auto" ? undefined : preferredBackend },
      },
      context,
    ),
  { tags: { stage: "train" } },
);

/** The model, with its weights. */
export const digitModel = ({ training }: { training: Training }): Model => training.model;

/** How each epoch went. */
export const trainingHistory = ({ training }: { training: Training }): readonly EpochResult[] =>
  training.history;

function labelsOf(labels: Uint8Array): DenseArray {
  return { values: labels, shape: [labels.length] };
}
