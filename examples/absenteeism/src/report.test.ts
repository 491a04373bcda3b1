import { describe, expect, test } from "vitest";
import type { ModelResults } from "./model-results.ts";
import { predictionsCsv } from "./predictions.ts";
import { reportMarkdown } from "./report.ts";

const results: ModelResults = {
  task: "binaryClassification",
  metric: "accuracy",
  score: 0.41721854304635764,
  chanceScore: 0.505,
  isWorseThanChance: true,
  tTest: { statistic: 66.96, degreesOfFreedom: 999, pValue: 0 },
  correlation: { r: -0.157375, pValue: 0.05362 },
  trainShape: [589, 5],
  validationShape: [151, 5],
  coefficients: { hasPet: -0.7419 },
  intercept: 0.0371,
  iterations: 4,
  backend: { name: "wasm", device: "WebAssembly", isGpu: false, version: "4.22.0", tried: [] },
};

describe("reportMarkdown", () => {
  test("lists the score, what it is worth, and what computed it", () => {
    const lines = reportMarkdown(results, { passes: true, sentence: "Good enough." }).split("\n");

    expect(lines).toEqual([
      "# Absence from work: will it be long?",
      "",
      "Good enough.",
      "",
      "|  |  |",
      "| --- | ---: |",
      "| Score (accuracy) | 0.41721854304635764 |",
      "| Score of guessing (mean) | 0.5050 |",
      "| t-test of guessing against the score | t(999) = 66.9600, p < 0.0001 |",
      "| Pearson r of predictions and answers | -0.1574, p = 0.0536 |",
      "| Rows × features, training | 589 × 5 |",
      "| Rows × features, validation | 151 × 5 |",
      "| Tensor back end | wasm, WebAssembly |",
      "| Training steps | 4 |",
      "",
      "## Weights",
      "",
      "| Feature | Weight |",
      "| --- | ---: |",
      "| `hasPet` | -0.7419 |",
      "| intercept | 0.0371 |",
      "",
    ]);
  });

  test("announces a model that does not pass", () => {
    const report = reportMarkdown(results, { passes: false, sentence: "Worse than chance." });

    expect(report).toContain("> **Warning.** Worse than chance.");
  });

  test("says so where there is no test and no correlation", () => {
    const report = reportMarkdown(
      { ...results, tTest: null, correlation: null },
      { passes: true, sentence: "" },
    );

    expect(report).toContain("| not possible |");
    expect(report).toContain("| none: one of them is constant |");
  });
});

describe("predictionsCsv", () => {
  test("writes a header and a line for each row, numbers in full", () => {
    const csv = predictionsCsv({
      id: Float64Array.of(36, 1),
      actual: Float64Array.of(0, 1),
      predicted: Float64Array.of(1, 0),
      score: Float64Array.of(0.6689101783702983, 0.49),
    });

    expect(csv).toBe("id,actual,predicted,score\n36,0,1,0.6689101783702983\n1,1,0,0.49\n");
  });
});
