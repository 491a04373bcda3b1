/** The flow: prepare on a CPU, train on a GPU where there is one, evaluate; started by hand or by an event. */
import { defineConfig, flow, onEvent, task } from "weirflow";
import { z } from "zod";
import * as evaluate from "./evaluate-digits.ts";
import { PACKAGED } from "./idx-file.ts";
import * as prepare from "./prepare-digits.ts";
import * as train from "./train-digits.ts";

/** What is changed from the dashboard between runs. */
export const digitsConfig = defineConfig(
  "digits",
  z.object({
    batchSize: z.int().min(1).max(4_096).default(64).describe("Images of one step"),
    preferredBackend: z
      .enum(["auto", "tensorflow", "wasm", "cpu"])
      .default("auto")
      .describe("The tensor back end to try first; auto leaves it to the worker"),
  }),
);

/** From files to images. */
export const prepareDigits = task({
  name: "prepareDigits",
  modules: [prepare],
  outputs: [
    "trainImages",
    "trainLabels",
    "validationImages",
    "validationLabels",
    "testImages",
    "testLabels",
    "greyness",
  ],
  pool: "cpu",
  timeout: "10m",
});

/** From images to a model; an attempt that is ended is followed by one that goes on. */
export const trainDigits = task({
  name: "trainDigits",
  modules: [train],
  outputs: ["digitModel", "trainingHistory"],
  pool: "gpu",
  retries: 2,
  timeout: "2h",
});

/** From a model to what is known about it. */
export const evaluateDigits = task({
  name: "evaluateDigits",
  modules: [evaluate],
  outputs: ["digitResults", "qualityGate"],
  pool: "cpu",
  timeout: "10m",
});

/** Learns to read handwritten digits. */
export const digits = flow({
  name: "digits",
  description: "Learns to read handwritten digits, and says how well",
  params: z.object({
    dataset: z
      .string()
      .default(PACKAGED)
      .describe(
        "A folder with the four files of MNIST, or the package that comes with the example",
      ),
    learningCount: z.int().min(100).max(60_000).default(60_000).describe("Images to learn from"),
    testCount: z.int().min(100).max(10_000).default(10_000).describe("Images to be asked about"),
    network: z.enum(["convolutional", "dense"]).default("convolutional"),
    epochs: z.int().min(1).max(200).default(6).describe("At most so many"),
    seed: z.int().default(0),
    minAccuracy: z.number().min(0).max(1).default(0.97).describe("What the quality gate asks for"),
  }),
  config: { digits: digitsConfig },
  triggers: [
    onEvent("dataset.updated", {
      match: { "data.name": "digits" },
      data: z.object({ path: z.string() }),
      params: ({ data }) => ({ dataset: data.path }),
    }),
  ],
  run: ({ params, config: { digits: config } }) => {
    const { dataset, learningCount, testCount, network, epochs, seed, minAccuracy } = params;
    const prepared = prepareDigits({ dataset, learningCount, testCount, seed });
    const { testImages, testLabels, greyness, ...learning } = prepared;
    const { batchSize, preferredBackend } = config;
    const trained = trainDigits({
      ...learning,
      greyness,
      network,
      epochs,
      batchSize,
      seed,
      preferredBackend,
    });
    const { digitModel, trainingHistory } = trained;
    const evaluated = evaluateDigits({ digitModel, testImages, testLabels, greyness, minAccuracy });
    return { ...evaluated, trainingHistory };
  },
});
