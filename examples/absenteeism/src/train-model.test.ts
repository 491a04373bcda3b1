import { describe, expect, test } from "vitest";
import { type ArtifactInput, graph, quietContext } from "weirflow";
import { EmptySplitError, MissingColumnError } from "./errors.ts";
import { makeFeaturesTable } from "./features-table.ts";
import * as prepareData from "./prepare-data.ts";
import * as trainModel from "./train-model.ts";

const series = (...values: readonly number[]): Float64Array => Float64Array.from(values);
const featuresTable = makeFeaturesTable({
  id: series(1, 5, 2, 5, 6),
  x: series(10, 20, 30, 40, 50),
  absenteeismTimeInHours: series(0, 4, 3.9, 8, 16),
});
const backend = {
  name: "cpu",
  device: "JavaScript",
  isGpu: false,
  version: "4.22.0",
  tried: [],
} as const;
const fittedModel = {
  coefficients: series(2),
  intercept: -1,
  iterations: 3,
  backend,
};

describe("each node alone", () => {
  test("split holds back the rows of the validation users", () => {
    expect(trainModel.split({ featuresTable, validationUserIds: [5] })).toEqual({
      trainRows: Int32Array.of(0, 2, 4),
      validationRows: Int32Array.of(1, 3),
    });
  });

  test("split holds back users 1, 2, 4, 15, 17, 24 and 36 by default", () => {
    expect(trainModel.trainRows({ featuresTable })).toEqual(Int32Array.of(1, 3, 4));
    expect(trainModel.validationRows({ featuresTable })).toEqual(Int32Array.of(0, 2));
  });

  test("split refuses to leave nothing to learn from, or nothing to be asked about", () => {
    expect(() => trainModel.split({ featuresTable, validationUserIds: [1, 2, 5, 6] })).toThrow(
      EmptySplitError,
    );
    expect(() => trainModel.split({ featuresTable, validationUserIds: [99] })).toThrow(
      "no row is left for validation with the validation users 99",
    );
  });

  test("xTrain and xValidation are the features at their rows", () => {
    const x = { values: series(30, 10), rows: 2, columns: 1 };

    expect(
      trainModel.xTrain({ featuresTable, trainRows: Int32Array.of(2, 0), featureSet: ["x"] }),
    ).toEqual(x);
    expect(
      trainModel.xValidation({
        featuresTable,
        validationRows: Int32Array.of(2, 0),
        featureSet: ["x"],
      }),
    ).toEqual(x);
  });

  test("xTrain refuses a feature that the table lacks", () => {
    const build = (): unknown =>
      trainModel.xTrain({ featuresTable, trainRows: Int32Array.of(0), featureSet: ["y"] });

    expect(build).toThrow(MissingColumnError);
  });

  test("target is 1 from four hours on, or the hours", () => {
    const options = { featuresTable, label: "absenteeismTimeInHours" };

    expect(trainModel.target({ ...options, task: "binaryClassification" })).toEqual(
      series(0, 1, 0, 1, 1),
    );
    expect(trainModel.target({ ...options, task: "continuousRegression" })).toEqual(
      series(0, 4, 3.9, 8, 16),
    );
  });

  test("yTrain and yValidation are the target at their rows", () => {
    const target = series(0, 1, 0, 1, 1);

    expect(trainModel.yTrain({ target, trainRows: Int32Array.of(0, 1) })).toEqual(series(0, 1));
    expect(trainModel.yValidation({ target, validationRows: Int32Array.of(4) })).toEqual(series(1));
  });

  test("fittedModel learns, on the back end that is preferred, and says which it was", async () => {
    const model = await trainModel.fittedModel(
      {
        task: "binaryClassification",
        xTrain: { values: series(-2, -1, 1, 2), rows: 4, columns: 1 },
        yTrain: series(0, 0, 1, 1),
        preferredBackend: "cpu",
      },
      quietContext(),
    );

    // minimises ½w² + Σ log(1 + e^{−w|x|}): w = Σ|x|/(1 + e^{w|x|})
    const w = model.coefficients[0] ?? 0;
    expect(w).toBeCloseTo(2 / (1 + Math.exp(w)) + 4 / (1 + Math.exp(2 * w)), 4);
    expect(model.intercept).toBeCloseTo(0, 4);
    expect(trainModel.tensorBackend({ fittedModel: model })).toMatchObject({
      name: "cpu",
      tried: [],
    });
  });

  test("valScores are probabilities, or hours", () => {
    const xValidation = { values: series(0.5, 1), rows: 2, columns: 1 };

    const of = (task: "binaryClassification" | "continuousRegression"): Float64Array =>
      trainModel.valScores({ task, fittedModel, xValidation });

    expect([...of("binaryClassification")]).toEqual([0.5, 1 / (1 + Math.exp(-1))]);
    expect([...of("continuousRegression")]).toEqual([1, Math.exp(1)]);
  });

  test("valLabels are the likelier class, or the hours themselves", () => {
    const valScores = series(0.2, 0.5, 0.7);

    expect(trainModel.valLabels({ task: "binaryClassification", valScores })).toEqual(
      series(0, 0, 1),
    );
    expect(trainModel.valLabels({ task: "continuousRegression", valScores })).toEqual(valScores);
  });

  test("predictions are saved beside the answers", () => {
    const saved: ArtifactInput[] = [];
    const context = { ...quietContext(), artifact: (it: ArtifactInput) => void saved.push(it) };

    const predictions = trainModel.predictions(
      {
        featuresTable,
        validationRows: Int32Array.of(1, 4),
        valScores: series(0.7, 0.4),
        valLabels: series(1, 0),
        yValidation: series(1, 1),
      },
      context,
    );

    expect(trainModel.valPred({ predictions })).toEqual(series(1, 0));
    expect(saved).toEqual([
      {
        key: "predictions",
        kind: "table",
        title: "Predictions of the validation rows",
        mediaType: "text/csv",
        body: "id,actual,predicted,score\n5,1,1,0.7\n6,1,0,0.4\n",
      },
    ]);
  });
});

describe("the graph", () => {
  const plan = graph(prepareData, trainModel).plan("valPred");
  const inputs = { rawData: "sample:5", developmentFlag: false } as const;

  test("needs no parameters but the data and the task", () => {
    const required = plan.inputs.filter((input) => input.required).map((input) => input.name);

    expect(required.sort()).toEqual(["developmentFlag", "rawData", "task"]);
  });

  test("saves the predictions whenever they are asked for", async () => {
    const saved: string[] = [];
    const context = {
      ...quietContext(),
      artifact: ({ key }: ArtifactInput) => void saved.push(key),
    };

    const { valPred } = await plan.run({ ...inputs, task: "binaryClassification" }, { context });

    expect(saved).toEqual(["predictions"]);
    expect(new Set(valPred)).toEqual(new Set([0, 1]));
  });
});
