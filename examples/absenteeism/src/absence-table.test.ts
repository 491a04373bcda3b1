import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { camelCase, firstRows, renameColumns, sourceColumns } from "./absence-table.ts";
import { MissingColumnError } from "./errors.ts";
import { sampleTable } from "./sample-table.ts";

describe("camelCase", () => {
  test.each([
    ["ID", "id"],
    ["Reason for absence", "reasonForAbsence"],
    ["Work load Average/day ", "workLoadAverageDay"],
    ["Distance from Residence to Work", "distanceFromResidenceToWork"],
    ["Absenteeism time in hours", "absenteeismTimeInHours"],
  ])("makes of %j the name %s", (source, name) => {
    expect(camelCase(source)).toBe(name);
  });
});

describe("renameColumns", () => {
  test("keeps all 21 columns under their new names", () => {
    const renamed = renameColumns(sampleTable(1));

    expect(Object.keys(renamed)).toHaveLength(21);
    expect(renamed.age).toEqual(sampleTable(1)["Age"]);
  });

  test("refuses a table that lacks a column, with the nearest one", () => {
    const { Age, ...others } = sampleTable(1);

    const rename = (): unknown => renameColumns({ ...others, Agee: Age ?? new Float64Array() });

    expect(rename).toThrow(MissingColumnError);
    expect(rename).toThrow('no column "age"; did you mean "agee"?');
  });
});

describe("firstRows", () => {
  test("cuts every column alike", () => {
    const cut = firstRows(renameColumns(sampleTable(1)), 20);

    expect(new Set(Object.values(cut).map((series) => series.length))).toEqual(new Set([20]));
  });

  test("takes what there is", () => {
    expect(firstRows(renameColumns(sampleTable(1)), 10_000).id).toHaveLength(740);
  });
});

describe("sampleTable", () => {
  test("has the columns of the real table, in its order, all equally long", () => {
    const table = sampleTable(3);

    expect(Object.keys(table)).toEqual([...sourceColumns]);
    expect(new Set(Object.values(table).map((series) => series.length))).toEqual(new Set([740]));
  });

  test("is the same for the same seed, and another for another", () => {
    expect(sampleTable(3)).toEqual(sampleTable(3));
    expect(sampleTable(3)).not.toEqual(sampleTable(4));
  });

  test("has every user and only values of the real ranges, whatever the seed", () => {
    const ranges: Readonly<Record<string, readonly [least: number, most: number]>> = {
      "Reason for absence": [0, 28],
      "Month of absence": [1, 12],
      "Day of the week": [2, 6],
      Seasons: [1, 4],
      Age: [27, 58],
      "Service time": [1, 29],
      "Social drinker": [0, 1],
      "Body mass index": [14, 41],
      "Absenteeism time in hours": [0, 120],
    };
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const table = sampleTable(seed);

        expect(new Set(table["ID"])).toEqual(new Set(Array.from({ length: 36 }, (_, i) => i + 1)));
        for (const [name, [least, most]] of Object.entries(ranges)) {
          expect(Math.min(...(table[name] ?? []))).toBeGreaterThanOrEqual(least);
          expect(Math.max(...(table[name] ?? []))).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 20 },
    );
  });
});
