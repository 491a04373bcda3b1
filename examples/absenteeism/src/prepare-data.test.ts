import { describe, expect, test } from "vitest";
import { graph, quietContext } from "weirflow";
import { renameColumns } from "./absence-table.ts";
import { columnOf } from "./features-table.ts";
import * as prepareData from "./prepare-data.ts";
import { sampleTable } from "./sample-table.ts";

const series = (...values: readonly number[]): Float64Array => Float64Array.from(values);

describe("each node alone", () => {
  test("rawTable reads what rawData names", async () => {
    const table = await prepareData.rawTable({ rawData: "sample:5" }, quietContext());

    expect(table).toEqual(sampleTable(5));
  });

  test("absences has all rows, or the first 20 while developing, in camelCase", () => {
    const rawTable = sampleTable(5);

    const all = prepareData.absences({ rawTable, developmentFlag: false });
    const some = prepareData.absences({ rawTable, developmentFlag: true });

    expect(all.reasonForAbsence).toEqual(rawTable["Reason for absence"]);
    expect(some.age).toEqual(rawTable["Age"]?.slice(0, 20));
  });

  test("ageMean is the average", () => {
    expect(prepareData.ageMean({ age: series(20, 30, 70) })).toBe(40);
  });

  test("ageZeroMean is the distance from the average", () => {
    expect(prepareData.ageZeroMean({ age: series(20, 60), ageMean: 40 })).toEqual(series(-20, 20));
  });

  test("ageStandardDeviation divides by n − 1", () => {
    expect(prepareData.ageStandardDeviation({ age: series(30, 34, 38) })).toBe(4);
  });

  test("ageZeroMeanUnitVariance is in standard deviations", () => {
    const scaled = prepareData.ageZeroMeanUnitVariance({
      ageZeroMean: series(-4, 8),
      ageStandardDeviation: 4,
    });

    expect(scaled).toEqual(series(-1, 2));
  });

  test("hasChildren and hasPet tell some from none", () => {
    expect(prepareData.hasChildren({ son: series(0, 1, 4) })).toEqual(series(0, 1, 1));
    expect(prepareData.hasPet({ pet: series(2, 0) })).toEqual(series(1, 0));
  });

  test("isSummer is the southern one", () => {
    const monthOfAbsence = series(0, 1, 2, 3, 6, 7, 11, 12);

    expect(prepareData.isSummer({ monthOfAbsence })).toEqual(series(0, 1, 1, 0, 0, 0, 0, 1));
  });

  test("dayOfTheWeek2 … 6 are 1 on one day each", () => {
    const dayOfTheWeek = series(2, 3, 4, 5, 6, 2);

    expect(prepareData.dayOfTheWeek2({ dayOfTheWeek })).toEqual(series(1, 0, 0, 0, 0, 1));
    expect(prepareData.dayOfTheWeek4({ dayOfTheWeek })).toEqual(series(0, 0, 1, 0, 0, 0));
    expect(Object.keys(prepareData.oneHotDays({ dayOfTheWeek }))).toHaveLength(5);
  });
});

describe("featuresTable", () => {
  test("has the features, the days and the label, and nothing else", async () => {
    const plan = graph(prepareData).plan("featuresTable");

    const { featuresTable } = await plan.run({ rawData: "sample:5", developmentFlag: false });

    expect(featuresTable.schema.fields.map((field) => field.name)).toEqual([
      "id",
      "reasonForAbsence",
      "distanceFromResidenceToWork",
      "serviceTime",
      "socialDrinker",
      "socialSmoker",
      "ageZeroMeanUnitVariance",
      "hasChildren",
      "hasPet",
      "isSummer",
      "dayOfTheWeek2",
      "dayOfTheWeek3",
      "dayOfTheWeek4",
      "dayOfTheWeek5",
      "dayOfTheWeek6",
      "absenteeismTimeInHours",
    ]);
    expect(featuresTable.numRows).toBe(740);
  });

  test("takes values over as they are, and scales age to mean 0 and variance 1", async () => {
    const plan = graph(prepareData).plan("featuresTable");

    const { featuresTable } = await plan.run({ rawData: "sample:5", developmentFlag: false });

    const source = renameColumns(sampleTable(5));
    expect(columnOf(featuresTable, "serviceTime")).toEqual(source.serviceTime);
    expect(columnOf(featuresTable, "absenteeismTimeInHours")).toEqual(
      source.absenteeismTimeInHours,
    );
    const ages = [...columnOf(featuresTable, "ageZeroMeanUnitVariance")];
    const mean = ages.reduce((sum, age) => sum + age, 0) / ages.length;
    const variance = ages.reduce((sum, age) => sum + (age - mean) ** 2, 0) / (ages.length - 1);
    expect(mean).toBeCloseTo(0, 12);
    expect(variance).toBeCloseTo(1, 12);
  });

  test("is short while developing", async () => {
    const plan = graph(prepareData).plan("featuresTable");

    const { featuresTable } = await plan.run({ rawData: "sample:5", developmentFlag: true });

    expect(featuresTable.numRows).toBe(20);
  });

  test("asks for the raw data and the development flag, and nothing else", () => {
    const { inputs } = graph(prepareData).plan("featuresTable");

    expect(inputs.map((input) => input.name).sort()).toEqual(["developmentFlag", "rawData"]);
  });
});
