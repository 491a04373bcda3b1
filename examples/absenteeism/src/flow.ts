/** The flow: two tasks wired together, its parameters, its config document, its schedule and its triggers. */
import type { Table } from "apache-arrow";
import { defineConfig, flow, onEvent, onSubject, task } from "weirflow";
import { z } from "zod";
import { defaultFeatureSet, defaultLabel, defaultValidationUserIds } from "./defaults.ts";
import * as evaluate from "./evaluate-model.ts";
import * as prepare from "./prepare-data.ts";
import { datasetAddress } from "./raw-data.ts";
import * as train from "./train-model.ts";

declare module "weirflow" {
  interface Codecs {
    arrowTable: Table;
  }
}

/** What is changed from the dashboard between runs. */
export const trainingConfig = defineConfig(
  "training",
  z.object({
    developmentFlag: z.boolean().default(false).describe("Use the first 20 rows only"),
    bootstrapDraws: z.int().min(2).max(100_000).default(1_000).describe("How often to guess"),
    seed: z.int().min(0).default(0).describe("Of the guesses"),
    onWorseThanChance: z
      .enum(["warn", "fail"])
      .default("warn")
      .describe("What to do with a model that is worse than guessing"),
    preferredBackend: z
      .enum(["auto", "tensorflow", "wasm", "cpu"])
      .default("auto")
      .describe("The tensor back end to try first; auto leaves it to the worker"),
  }),
);

/** From the raw table to the features table. */
export const prepareData = task({
  name: "prepareData",
  modules: [prepare],
  outputs: ["featuresTable"],
  pool: "cpu",
  timeout: "10m",
});

/** From the features table to a model, its predictions and its report. */
export const trainAndEvaluate = task({
  name: "trainAndEvaluate",
  modules: [train, evaluate],
  outputs: ["valPred", "modelResults", "tensorBackend", "qualityGate"],
  pool: "gpu",
  retries: 2,
  timeout: "30m",
});

/** Predicts absence from work. */
export const absenteeism = flow({
  name: "absenteeism",
  description: "Predicts absence from work, and says how well",
  params: z.object({
    rawData: z
      .string()
      .default(datasetAddress)
      .describe("A CSV file or a zip with one: a path or an address; or sample:SEED"),
    task: z
      .enum(["binaryClassification", "continuousRegression"])
      .default("binaryClassification")
      .describe("Whether an absence is long, or how many hours it takes"),
    featureSet: z
      .array(z.string())
      .min(1)
      .default([...defaultFeatureSet]),
    validationUserIds: z
      .array(z.int())
      .min(1)
      .default([...defaultValidationUserIds]),
  }),
  config: { training: trainingConfig },
  schedules: [{ daily: "06:00", timeZone: "America/Sao_Paulo", catchUp: "latest" }],
  triggers: [
    onEvent("dataset.updated", {
      match: { "data.name": "absenteeism" },
      data: z.object({ path: z.string() }),
      params: ({ data }) => ({ rawData: data.path }),
    }),
    onSubject("ingest.absenteeism.>"),
  ],
  run: ({ params, config: { training } }) => {
    const { featuresTable } = prepareData({
      rawData: params.rawData,
      developmentFlag: training.developmentFlag,
    });
    return trainAndEvaluate({
      featuresTable,
      featureSet: params.featureSet,
      validationUserIds: params.validationUserIds,
      label: defaultLabel,
      task: params.task,
      bootstrapDraws: training.bootstrapDraws,
      seed: training.seed,
      onWorseThanChance: training.onWorseThanChance,
      preferredBackend: training.preferredBackend,
    });
  },
});
