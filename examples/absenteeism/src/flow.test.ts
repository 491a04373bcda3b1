import { recordFlow, validateJson } from "@weirflow/flow";
import { describe, expect, test } from "vitest";
import { absenteeism } from "./flow.ts";

const recorded = recordFlow(absenteeism);

describe("the flow", () => {
  test("hands the features table from the CPU pool to the GPU pool", () => {
    const [prepare, train] = recorded.calls;

    expect(recorded.calls.map((call) => [call.id, call.task.options.pool])).toEqual([
      ["prepareData", "cpu"],
      ["trainAndEvaluate", "gpu"],
    ]);
    expect(prepare?.needs).toEqual([]);
    expect(train?.needs).toEqual(["prepareData"]);
    expect(train?.inputs["featuresTable"]).toEqual({
      kind: "output",
      call: "prepareData",
      output: "featuresTable",
    });
  });

  test("returns the predictions, the results, the back end and the gate's verdict", () => {
    expect(Object.keys(recorded.results)).toEqual([
      "valPred",
      "modelResults",
      "tensorBackend",
      "qualityGate",
    ]);
  });

  test("runs without any parameter: the published table, classification, the known split", () => {
    expect(validateJson(recorded.paramsSchema, {})).toEqual({
      ok: true,
      value: {
        rawData: "https://archive.ics.uci.edu/static/public/445/absenteeism+at+work.zip",
        task: "binaryClassification",
        featureSet: ["ageZeroMeanUnitVariance", "hasChildren", "hasPet", "isSummer", "serviceTime"],
        validationUserIds: [1, 2, 4, 15, 17, 24, 36],
      },
    });
  });

  test.each([
    [{ task: "clustering" }],
    [{ validationUserIds: ["1"] }],
    [{ featureSet: [] }],
    [{ rawdata: "x.csv" }],
  ])("refuses the parameters %j", (params) => {
    expect(validateJson(recorded.paramsSchema, params).ok).toBe(false);
  });

  test("reads one config document, which starts out warning and on all rows", () => {
    expect(Object.keys(recorded.configs)).toEqual(["training"]);
    expect(recorded.configs["training"]?.initial).toEqual({
      developmentFlag: false,
      bootstrapDraws: 1_000,
      seed: 0,
      onWorseThanChance: "warn",
      preferredBackend: "auto",
    });
  });

  test("runs daily, when its dataset is updated, and on any message of its subject", () => {
    expect(recorded.schedules).toMatchObject([
      { kind: "daily", at: "06:00", timeZone: "America/Sao_Paulo", catchUp: "latest" },
    ]);
    expect(recorded.triggers).toMatchObject([
      {
        kind: "event",
        of: "dataset.updated",
        match: { "data.name": "absenteeism" },
        params: { rawData: { kind: "event", path: ["data", "path"] } },
      },
      { kind: "subject", of: "ingest.absenteeism.>" },
    ]);
  });
});
