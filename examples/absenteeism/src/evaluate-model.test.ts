import { describe, expect, test } from "vitest";
import { type ArtifactInput, quietContext } from "weirflow";
import { WorseThanChanceError } from "./errors.ts";
import * as evaluateModel from "./evaluate-model.ts";
import type { ModelResults } from "./model-results.ts";
import type { Predictions } from "./predictions.ts";

const series = (...values: readonly number[]): Float64Array => Float64Array.from(values);
const predictions: Predictions = {
  id: series(1, 1, 2, 2),
  actual: series(1, 0, 1, 1),
  predicted: series(1, 1, 1, 0),
  score: series(0.9, 0.8, 0.7, 0.2),
};
const backend = {
  name: "wasm",
  device: "WebAssembly",
  isGpu: false,
  version: "4.22.0",
  tried: [],
} as const;
const resultsOf = (score: number): ModelResults =>
  evaluateModel.modelResults({
    task: "binaryClassification",
    scoreName: "accuracy",
    modelScore: score,
    bootstrapScores: series(0.4, 0.6),
    scoreTest: null,
    correlation: null,
    fittedModel: { coefficients: series(0.5, -2), intercept: 1, iterations: 4, backend },
    featureSet: ["age", "hasPet"],
    xTrain: { values: series(1, 2, 3, 4, 5, 6), rows: 3, columns: 2 },
    xValidation: { values: series(1, 2), rows: 1, columns: 2 },
  });

describe("each node alone", () => {
  test("scoreName is the metric that is named, else the task's own", () => {
    expect(evaluateModel.scoreName({ task: "binaryClassification" })).toBe("accuracy");
    expect(evaluateModel.scoreName({ task: "continuousRegression" })).toBe("meanAbsoluteError");
    expect(
      evaluateModel.scoreName({ task: "binaryClassification", metric: "meanAbsoluteError" }),
    ).toBe("meanAbsoluteError");
  });

  test("modelScore scores the predictions", () => {
    expect(evaluateModel.modelScore({ predictions, scoreName: "accuracy" })).toBe(0.5);
    expect(evaluateModel.modelScore({ predictions, scoreName: "meanAbsoluteError" })).toBe(0.5);
  });

  test("bootstrapScores guesses a thousand times by default, the same way each time", () => {
    const scores = evaluateModel.bootstrapScores({ predictions, scoreName: "accuracy" });

    expect(scores).toHaveLength(1_000);
    expect(evaluateModel.bootstrapScores({ predictions, scoreName: "accuracy", seed: 0 })).toEqual(
      scores,
    );
    expect(
      evaluateModel.bootstrapScores({ predictions, scoreName: "accuracy", seed: 1 }),
    ).not.toEqual(scores);
  });

  test("scoreTest tests guessing against the model", async () => {
    const outcome = await evaluateModel.scoreTest({
      bootstrapScores: series(1, 2, 3),
      modelScore: 2,
    });

    expect(outcome).toEqual({ statistic: 0, degreesOfFreedom: 2, pValue: 1 });
  });

  test("correlation is that of predictions and answers", async () => {
    expect((await evaluateModel.correlation({ predictions }))?.r).toBeCloseTo(-1 / 3, 12);
  });

  test("modelResults gathers all of it as plain data", () => {
    const results = resultsOf(0.45);

    expect(results).toEqual({
      task: "binaryClassification",
      metric: "accuracy",
      score: 0.45,
      chanceScore: 0.5,
      isWorseThanChance: true,
      tTest: null,
      correlation: null,
      trainShape: [3, 2],
      validationShape: [1, 2],
      coefficients: { age: 0.5, hasPet: -2 },
      intercept: 1,
      iterations: 4,
      backend,
    });
    expect(JSON.parse(JSON.stringify(results))).toEqual(results);
  });

  test("verdict says how the model compares with guessing", () => {
    expect(evaluateModel.verdict({ modelResults: resultsOf(0.45) })).toEqual({
      passes: false,
      sentence: "The model is worse than chance: its accuracy is 0.4500, that of guessing 0.5000.",
    });
    expect(evaluateModel.verdict({ modelResults: resultsOf(0.5) }).passes).toBe(true);
  });

  test("report is saved for people", () => {
    const saved: ArtifactInput[] = [];
    const context = { ...quietContext(), artifact: (it: ArtifactInput) => void saved.push(it) };
    const verdict = { passes: false, sentence: "Worse." };

    const report = evaluateModel.report({ modelResults: resultsOf(0.45), verdict }, context);

    expect(report).toContain("> **Warning.** Worse.");
    expect(saved).toMatchObject([
      { key: "report", kind: "markdown", mediaType: "text/markdown", body: report },
    ]);
  });
});

describe("qualityGate", () => {
  const bad = { passes: false, sentence: "The model is worse than chance." };
  const good = { passes: true, sentence: "The model is no worse than chance." };
  const logging = (lines: string[]) => ({
    ...quietContext(),
    log: (line: string) => void lines.push(line),
  });

  test("warns visibly, and lets the run go on, by default", () => {
    const lines: string[] = [];

    const outcome = evaluateModel.qualityGate({ verdict: bad, report: "text" }, logging(lines));

    expect(outcome.passes).toBe(false);
    expect(lines).toEqual(["WARNING: The model is worse than chance."]);
  });

  test("fails the run when the config says so, and points to the report", () => {
    const lines: string[] = [];
    const gate = (): unknown =>
      evaluateModel.qualityGate(
        { verdict: bad, report: "text", onWorseThanChance: "fail" },
        logging(lines),
      );

    expect(gate).toThrow(WorseThanChanceError);
    expect(gate).toThrow("The model is worse than chance.");
    expect(lines[0]).toMatch(/^WARNING/);
  });

  test("has nothing to say about a good model, whatever the config says", () => {
    const lines: string[] = [];

    const outcome = evaluateModel.qualityGate(
      { verdict: good, report: "text", onWorseThanChance: "fail" },
      logging(lines),
    );

    expect(outcome.passes).toBe(true);
    expect(lines).toEqual([]);
  });
});
