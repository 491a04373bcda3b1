import { describe, expect, test } from "vitest";
import { UsageError } from "../errors.ts";
import { objectOf, parametersOf, repeated, wholeNumber } from "./parameters.ts";

describe("parametersOf", () => {
  test("reads JSON where there is some, and text elsewhere", () => {
    const param = ["rows=20", "name=Ada", "ids=[1,2]", 'quoted="20"', "of=a=b", "empty="];

    expect(parametersOf({ param })).toEqual({
      rows: 20,
      name: "Ada",
      ids: [1, 2],
      quoted: "20",
      of: "a=b",
      empty: "",
    });
  });

  test("lets a single one win over the whole object", () => {
    expect(parametersOf({ params: '{"a":1,"b":2}', param: ["b=3"] })).toEqual({ a: 1, b: 3 });
    expect(parametersOf({})).toEqual({});
  });

  test.each(["rows", "=20"])("refuses %j", (pair) => {
    expect(() => parametersOf({ param: [pair] })).toThrow(UsageError);
  });
});

describe("objectOf", () => {
  test.each(["[1]", "{", "7", ""])("refuses %j", (text) => {
    expect(() => objectOf(text)).toThrow("is no JSON object");
  });
});

describe("wholeNumber", () => {
  test("takes its range alone", () => {
    const percent = wholeNumber(0, 100);

    expect([percent("0"), percent("100")]).toEqual([0, 100]);
    for (const text of ["-1", "101", "1.5", "many"])
      expect(() => percent(text)).toThrow(UsageError);
  });
});

describe("repeated", () => {
  test("gathers values in their order", () => {
    expect(repeated("b", repeated("a"))).toEqual(["a", "b"]);
  });
});
