import { strToU8, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { RawDataError } from "./errors.ts";
import { parseTable } from "./read-table.ts";

const csv = "ID;Work load Average/day ;Age\n11;239.554;33\n36;239.554;50\n";
const parsed = {
  ID: Float64Array.of(11, 36),
  "Work load Average/day": Float64Array.of(239.554, 239.554),
  Age: Float64Array.of(33, 50),
};
const zip = zipSync({ "readme.txt": strToU8("hello"), "data/Table.CSV": strToU8(csv) });

describe("parseTable", () => {
  test("reads columns as numbers, with or without a byte order mark", () => {
    expect(parseTable(strToU8(csv), "x")).toEqual(parsed);
    expect(parseTable(strToU8(`\ufeff${csv}`), "x")).toEqual(parsed);
  });

  test("finds the CSV in a zip", () => {
    expect(parseTable(zip, "x")).toEqual(parsed);
  });

  test.each([
    [
      "a cell that is no number",
      "ID;Age\n1;2\n3;old\n",
      'row 2 has "old" in "Age", which is no number',
    ],
    ["an empty cell", "ID;Age\n1;\n", 'row 1 has "" in "Age", which is no number'],
    ["a row that is too short", "ID;Age\n1\n", "Invalid Record Length"],
    ["a header alone", "ID;Age\n", "it has no rows"],
    ["nothing", "", "it has no rows"],
  ])("refuses %s", (_, text, problem) => {
    expect(() => parseTable(strToU8(text), "x")).toThrow(RawDataError);
    expect(() => parseTable(strToU8(text), "x")).toThrow(problem);
  });

  test("refuses a zip without a CSV, and one that is cut off", () => {
    expect(() => parseTable(zipSync({ "a.txt": strToU8("a") }), "x")).toThrow("no .csv file");
    expect(() => parseTable(zip.subarray(0, 60), "x")).toThrow("the archive is broken");
  });
});
