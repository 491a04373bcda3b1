import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type ArtifactInput, graph, quietContext } from "weirflow";
import * as evaluateModel from "./evaluate-model.ts";
import type { ModelResults, TaskName } from "./model-results.ts";
import * as prepareData from "./prepare-data.ts";
import * as trainModel from "./train-model.ts";

const realTable = fileURLToPath(
  new URL("../../../../shared/data/Absenteeism_at_work.csv", import.meta.url),
);
const plan = graph(prepareData, trainModel, evaluateModel).plan(
  "valPred",
  "valScores",
  "modelResults",
  "qualityGate",
);

interface Outcome {
  readonly modelResults: ModelResults;
  readonly scores: readonly number[];
  readonly passes: boolean;
  readonly artifacts: readonly string[];
}

async function run(rawData: string, task: TaskName, preferredBackend = "auto"): Promise<Outcome> {
  const artifacts: string[] = [];
  const context = {
    ...quietContext(),
    artifact: ({ key }: ArtifactInput) => void artifacts.push(key),
  };
  const inputs = { rawData, developmentFlag: false, task, preferredBackend } as const;
  const { modelResults, valScores, qualityGate } = await plan.run(inputs, { context });
  return { modelResults, scores: [...valScores], passes: qualityGate.passes, artifacts };
}

/** The optimum of each model, from a Newton iteration in 64 bits (NumPy 2.4). */
describe.runIf(existsSync(realTable))("on the real table", () => {
  test.each(["wasm", "cpu"])("classification on %s gives the known numbers", async (backend) => {
    const { modelResults, scores, passes, artifacts } = await run(
      realTable,
      "binaryClassification",
      backend,
    );

    expect(modelResults.trainShape).toEqual([589, 5]);
    expect(modelResults.validationShape).toEqual([151, 5]);
    expect(modelResults.score).toBe(0.417_218_543_046_357_64);
    expect(modelResults.backend.name).toBe(backend);
    const expected = {
      ageZeroMeanUnitVariance: 0.051_192,
      hasChildren: 1.185_189_72,
      hasPet: -0.741_919_22,
      isSummer: -0.710_137_22,
      serviceTime: -0.034_784_09,
    };
    for (const [name, weight] of Object.entries(expected))
      expect(modelResults.coefficients[name]).toBeCloseTo(weight, 4);
    expect(modelResults.intercept).toBeCloseTo(0.037_118_89, 4);
    for (const [row, score] of [0.668_910_23, 0.499_439_5, 0.381_431_96, 0.538_484_39].entries())
      expect(scores[row]).toBeCloseTo(score, 4);
    expect(modelResults.correlation?.r).toBeCloseTo(-0.157_375_197_6, 9);
    expect(modelResults.correlation?.pValue).toBeCloseTo(0.053_627_669_5, 9);
    expect(passes).toBe(false);
    expect(artifacts).toEqual(["predictions", "report"]);
  });

  test.each(["wasm", "cpu"])("regression on %s gives the known numbers", async (backend) => {
    const { modelResults, scores, passes } = await run(realTable, "continuousRegression", backend);

    expect(modelResults.metric).toBe("meanAbsoluteError");
    expect(modelResults.score).toBeCloseTo(7.599_602_833_700_865, 4);
    const expected = {
      ageZeroMeanUnitVariance: 0.128_415_68,
      hasChildren: 0.312_766_08,
      hasPet: -0.041_504_08,
      isSummer: -0.105_802_62,
      serviceTime: -0.007_327_47,
    };
    for (const [name, weight] of Object.entries(expected))
      expect(modelResults.coefficients[name]).toBeCloseTo(weight, 4);
    expect(modelResults.intercept).toBeCloseTo(1.893_603_23, 4);
    for (const [row, hours] of [10.412_940_12, 7.950_081_68, 6.465_945_35].entries())
      expect(scores[row]).toBeCloseTo(hours, 3);
    expect(modelResults.correlation?.r).toBeCloseTo(0.034_559_254_3, 5);
    expect(modelResults.correlation?.pValue).toBeCloseTo(0.673_559, 4);
    expect(passes).toBe(true);
  });
});

describe("on a made-up sample", () => {
  test.each(["binaryClassification", "continuousRegression"] as const)(
    "%s beats guessing, the same way every time",
    async (task) => {
      const [first, second] = [await run("sample:445", task), await run("sample:445", task)];

      expect(first.passes).toBe(true);
      expect(first.modelResults.trainShape[0] + first.modelResults.validationShape[0]).toBe(740);
      expect(second).toEqual(first);
      expect(first.artifacts).toEqual(["predictions", "report"]);
    },
  );
});
