/** Function module: how good the model is, and whether it is good enough. Every export is a node of the graph. */
import { mean } from "simple-statistics";
import { choose, node, type NodeContext } from "weirflow";
import type { Series } from "./absence-table.ts";
import { scoresOfGuessing } from "./bootstrap.ts";
import { defaultFeatureSet } from "./defaults.ts";
import { WorseThanChanceError } from "./errors.ts";
import type { DenseMatrix } from "./glm.ts";
import { isWorse, type MetricName, metrics } from "./metrics.ts";
import type { ModelResults, TaskName, Verdict } from "./model-results.ts";
import type { Predictions } from "./predictions.ts";
import { reportMarkdown } from "./report.ts";
import { correlate, type Correlation, tTest, type TTest } from "./significance.ts";
import type { TrainedModel } from "./train-model.ts";

const reportKey = "report";

const accuracyUnlessNamed = ({ metric = "accuracy" }: { metric?: MetricName }): MetricName =>
  metric;
const errorUnlessNamed = ({ metric = "meanAbsoluteError" }: { metric?: MetricName }): MetricName =>
  metric;

/** How predictions are scored: as `metric` says, else as the task suggests. */
export const scoreName = choose("task", {
  binaryClassification: accuracyUnlessNamed,
  continuousRegression: errorUnlessNamed,
});

/** The score of the model's predictions. */
export const modelScore = ({
  predictions,
  scoreName,
}: {
  predictions: Predictions;
  scoreName: MetricName;
}): number => metrics[scoreName].measure(predictions.predicted, predictions.actual);

/** The scores of guessing labels from their own distribution. */
export const bootstrapScores = ({
  predictions,
  scoreName,
  bootstrapDraws = 1_000,
  seed = 0,
}: {
  predictions: Predictions;
  scoreName: MetricName;
  bootstrapDraws?: number;
  seed?: number;
}): Series =>
  scoresOfGuessing({ labels: predictions.actual, metric: scoreName, draws: bootstrapDraws, seed });

/** Whether guessing could have the model's score as its mean. */
export const scoreTest = async ({
  bootstrapScores,
  modelScore,
}: {
  bootstrapScores: Series;
  modelScore: number;
}): Promise<TTest | null> => await tTest(bootstrapScores, modelScore);

/** Pearson's correlation of predictions and answers. */
export const correlation = async ({
  predictions,
}: {
  predictions: Predictions;
}): Promise<Correlation | null> => await correlate(predictions.predicted, predictions.actual);

/** All that is known about how good the model is. */
export const modelResults = ({
  task,
  scoreName,
  modelScore,
  bootstrapScores,
  scoreTest,
  correlation,
  fittedModel,
  featureSet = defaultFeatureSet,
  xTrain,
  xValidation,
}: {
  task: TaskName;
  scoreName: MetricName;
  modelScore: number;
  bootstrapScores: Series;
  scoreTest: TTest | null;
  correlation: Correlation | null;
  fittedModel: TrainedModel;
  featureSet?: readonly string[];
  xTrain: DenseMatrix;
  xValidation: DenseMatrix;
}): ModelResults => {
  const chanceScore = mean(Array.from(bootstrapScores));
  return {
    task,
    metric: scoreName,
    score: modelScore,
    chanceScore,
    isWorseThanChance: isWorse(scoreName, modelScore, chanceScore),
    tTest: scoreTest,
    correlation,
    trainShape: [xTrain.rows, xTrain.columns],
    validationShape: [xValidation.rows, xValidation.columns],
    coefficients: Object.fromEntries(
      featureSet.map((name, index) => [name, fittedModel.coefficients[index] ?? 0]),
    ),
    intercept: fittedModel.intercept,
    iterations: fittedModel.iterations,
    backend: fittedModel.backend,
  };
};

/** Whether the model beats guessing, in a sentence. */
export const verdict = ({ modelResults }: { modelResults: ModelResults }): Verdict => {
  const { metric, score, chanceScore, isWorseThanChance } = modelResults;
  const scores = `its ${metrics[metric].title} is ${score.toFixed(4)}, that of guessing ${chanceScore.toFixed(4)}`;
  return isWorseThanChance
    ? { passes: false, sentence: `The model is worse than chance: ${scores}.` }
    : { passes: true, sentence: `The model is no worse than chance: ${scores}.` };
};

/** The results for people, in Markdown; saved as an artifact. */
export const report = node(
  (
    { modelResults, verdict }: { modelResults: ModelResults; verdict: Verdict },
    { artifact }: NodeContext,
  ): string => {
    const body = reportMarkdown(modelResults, verdict);
    artifact({
      key: reportKey,
      kind: "markdown",
      title: "How good the model is",
      mediaType: "text/markdown",
      body,
    });
    return body;
  },
  { cache: "disable", tags: { stage: "save" } },
);

/**
 * Lets the run go on, or ends it, when the model is worse than chance: `onWorseThanChance` says which. Warns visibly in
 * either case.
 *
 * Needs the report, so that a run which fails here has one.
 */
export const qualityGate = node(
  (
    {
      verdict,
      report,
      onWorseThanChance = "warn",
    }: { verdict: Verdict; report: string; onWorseThanChance?: "warn" | "fail" },
    { log }: NodeContext,
  ): Verdict & { readonly reportCharacters: number } => {
    if (!verdict.passes) log(`WARNING: ${verdict.sentence}`);
    if (!verdict.passes && onWorseThanChance === "fail")
      throw new WorseThanChanceError(verdict.sentence, reportKey);
    return { ...verdict, reportCharacters: report.length };
  },
  { cache: "disable", tags: { stage: "gate" } },
);
