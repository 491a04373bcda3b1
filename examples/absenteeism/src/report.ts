import { metrics } from "./metrics.ts";
import type { ModelResults, Verdict } from "./model-results.ts";

/**
 * Writes the results for people, as Markdown.
 *
 * A model that does not pass is announced first.
 */
export function reportMarkdown(results: ModelResults, verdict: Verdict): string {
  const { title } = metrics[results.metric];
  return [
    `# Absence from work: ${titles[results.task]}`,
    "",
    verdict.passes ? verdict.sentence : `> **Warning.** ${verdict.sentence}`,
    "",
    ...table(
      ["", ""],
      [
        [`Score (${title})`, exact(results.score)],
        ["Score of guessing (mean)", short(results.chanceScore)],
        ["t-test of guessing against the score", tTestText(results)],
        ["Pearson r of predictions and answers", correlationText(results)],
        ["Rows × features, training", results.trainShape.join(" × ")],
        ["Rows × features, validation", results.validationShape.join(" × ")],
        ["Tensor back end", `${results.backend.name}, ${results.backend.device}`],
        ["Training steps", String(results.iterations)],
      ],
    ),
    "",
    "## Weights",
    "",
    ...table(
      ["Feature", "Weight"],
      [
        ...Object.entries(results.coefficients).map(([name, weight]) => [
          `\`${name}\``,
          short(weight),
        ]),
        ["intercept", short(results.intercept)],
      ],
    ),
    "",
  ].join("\n");
}

const titles: Readonly<Record<ModelResults["task"], string>> = {
  binaryClassification: "will it be long?",
  continuousRegression: "how many hours?",
};

function table(
  [left, right]: readonly [string, string],
  rows: readonly (readonly string[])[],
): readonly string[] {
  return [
    `| ${left} | ${right} |`,
    "| --- | ---: |",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
  ];
}

function tTestText({ tTest }: ModelResults): string {
  if (tTest === null) return "not possible";
  return `t(${tTest.degreesOfFreedom}) = ${short(tTest.statistic)}, p ${probability(tTest.pValue)}`;
}

function correlationText({ correlation }: ModelResults): string {
  if (correlation === null) return "none: one of them is constant";
  return `${short(correlation.r)}, p ${probability(correlation.pValue)}`;
}

function probability(p: number): string {
  return p < 1e-4 ? "< 0.0001" : `= ${p.toFixed(4)}`;
}

function exact(value: number): string {
  return String(value);
}

function short(value: number): string {
  return value.toFixed(4);
}
