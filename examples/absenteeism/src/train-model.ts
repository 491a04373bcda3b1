/** Function module: from the features table to a model and its predictions. Every export is a node of the graph. */
import { type BackendFacts, describeBackend, openTensorBackend } from "@weirflow/compute";
import { bind, choose, fields, node, type NodeContext } from "weirflow";
import type { Series } from "./absence-table.ts";
import {
  defaultFeatureSet,
  defaultLabel,
  defaultValidationUserIds,
  longAbsenceHours,
} from "./defaults.ts";
import { EmptySplitError } from "./errors.ts";
import { columnOf, type FeaturesTable, matrixOf, pick, type Rows } from "./features-table.ts";
import {
  type DenseMatrix,
  type Family,
  type Fit,
  fitGlm,
  linearPart,
  logistic,
  poisson,
} from "./glm.ts";
import { type Predictions, predictionsCsv } from "./predictions.ts";

/** A fitted model and what computed it. */
export interface TrainedModel extends Fit {
  readonly backend: BackendFacts;
}

/** Which rows to learn from, and which belong to users whom the model never sees. */
export const split = ({
  featuresTable,
  validationUserIds = defaultValidationUserIds,
}: {
  featuresTable: FeaturesTable;
  validationUserIds?: readonly number[];
}): { trainRows: Rows; validationRows: Rows } => {
  const isHeldBack = new Set(validationUserIds);
  const ids = [...columnOf(featuresTable, "id").entries()];
  const rowsWhere = (held: boolean): Rows =>
    Int32Array.from(ids.flatMap(([row, id]) => (isHeldBack.has(id) === held ? [row] : [])));
  const rows = { trainRows: rowsWhere(false), validationRows: rowsWhere(true) };
  if (rows.trainRows.length === 0) throw new EmptySplitError("training", validationUserIds);
  if (rows.validationRows.length === 0) throw new EmptySplitError("validation", validationUserIds);
  return rows;
};

/** Each part of the split by itself. */
export const { trainRows, validationRows } = fields(split);

const featuresAt = ({
  featuresTable,
  rows,
  featureSet = defaultFeatureSet,
}: {
  featuresTable: FeaturesTable;
  rows: Rows;
  featureSet?: readonly string[];
}): DenseMatrix => matrixOf(featuresTable, featureSet, rows);

/** What the model learns from. */
export const xTrain = bind(featuresAt, { rows: "trainRows" });

/** What the model is asked about. */
export const xValidation = bind(featuresAt, { rows: "validationRows" });

const hours = ({
  featuresTable,
  label = defaultLabel,
}: {
  featuresTable: FeaturesTable;
  label?: string;
}): Series => columnOf(featuresTable, label);
const isLong = ({
  featuresTable,
  label = defaultLabel,
}: {
  featuresTable: FeaturesTable;
  label?: string;
}): Series => columnOf(featuresTable, label).map((value) => (value >= longAbsenceHours ? 1 : 0));

/** What is to be predicted for each row: whether the absence is long, or its hours. */
export const target = choose("task", { binaryClassification: isLong, continuousRegression: hours });

const targetAt = ({ target, rows }: { target: Series; rows: Rows }): Series => pick(target, rows);

/** The answers to learn. */
export const yTrain = bind(targetAt, { rows: "trainRows" });

/** The answers to be scored against. */
export const yValidation = bind(targetAt, { rows: "validationRows" });

const fitLogistic = async (
  { xTrain, yTrain, preferredBackend = "auto" }: TrainingData,
  { signal }: NodeContext,
): Promise<TrainedModel> => await train(logistic, { xTrain, yTrain, preferredBackend }, signal);

const fitPoisson = async (
  { xTrain, yTrain, preferredBackend = "auto" }: TrainingData,
  { signal }: NodeContext,
): Promise<TrainedModel> => await train(poisson, { xTrain, yTrain, preferredBackend }, signal);

/** The model, trained until it no longer changes, on the best tensor back end of the machine. */
export const fittedModel = choose("task", {
  binaryClassification: fitLogistic,
  continuousRegression: fitPoisson,
});

/** What computed the model; recorded in lineage. */
export const tensorBackend = ({ fittedModel }: { fittedModel: TrainedModel }): BackendFacts =>
  fittedModel.backend;

const probability = ({ fittedModel, xValidation }: Prediction): Series =>
  linearPart(fittedModel, xValidation).map((z) => 1 / (1 + Math.exp(-z)));

const expectedHours = ({ fittedModel, xValidation }: Prediction): Series =>
  linearPart(fittedModel, xValidation).map((z) => Math.exp(z));

/** For each validation row, the probability of a long absence, or the hours to expect. */
export const valScores = choose("task", {
  binaryClassification: probability,
  continuousRegression: expectedHours,
});

const likelierClass = ({ valScores }: { valScores: Series }): Series =>
  valScores.map((share) => (share > 0.5 ? 1 : 0));

const asScored = ({ valScores }: { valScores: Series }): Series => valScores;

/** What is predicted in the label's own terms: the likelier class, or the hours. */
export const valLabels = choose("task", {
  binaryClassification: likelierClass,
  continuousRegression: asScored,
});

/** The predictions beside the answers. Saved as an artifact always: whoever needs a score needs this node first. */
export const predictions = node(
  (
    {
      featuresTable,
      validationRows,
      valScores,
      valLabels,
      yValidation,
    }: {
      featuresTable: FeaturesTable;
      validationRows: Rows;
      valScores: Series;
      valLabels: Series;
      yValidation: Series;
    },
    { artifact }: NodeContext,
  ): Predictions => {
    const predictions = {
      id: pick(columnOf(featuresTable, "id"), validationRows),
      actual: yValidation,
      predicted: valLabels,
      score: valScores,
    };
    artifact({
      key: "predictions",
      kind: "table",
      title: "Predictions of the validation rows",
      mediaType: "text/csv",
      body: predictionsCsv(predictions),
    });
    return predictions;
  },
  { cache: "disable", tags: { stage: "save" } },
);

/** The predicted labels of the validation rows. */
export const valPred = ({ predictions }: { predictions: Predictions }): Series =>
  predictions.predicted;

interface TrainingData {
  readonly xTrain: DenseMatrix;
  readonly yTrain: Series;
  /** The tensor back end to try first; `auto` leaves it to the worker. */
  readonly preferredBackend?: string;
}

interface Prediction {
  readonly fittedModel: TrainedModel;
  readonly xValidation: DenseMatrix;
}

async function train(
  family: Family,
  { xTrain, yTrain, preferredBackend }: Required<TrainingData>,
  signal: AbortSignal,
): Promise<TrainedModel> {
  const prefer = preferredBackend === "auto" ? undefined : preferredBackend;
  await using backend = await openTensorBackend({ prefer, signal });
  const fit = await fitGlm({ tf: backend.tf, family, x: xTrain, y: yTrain, signal });
  return { ...fit, backend: describeBackend(backend) };
}
