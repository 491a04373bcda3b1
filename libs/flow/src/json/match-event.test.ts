import { describe, expect, test } from "vitest";
import { matchesEvent, paramsFromEvent } from "./match-event.ts";

const event = {
  type: "dataset.updated",
  source: "/warehouse",
  data: { name: "absenteeism", path: "x.csv", rows: 3, final: true, note: null, tags: ["new"] },
};

describe("matchesEvent", () => {
  test.each([
    [{}],
    [{ "data.name": "absenteeism", source: "/warehouse" }],
    [{ "data.rows": 3, "data.final": true, "data.note": null }],
    [{ "data.tags.0": "new" }],
  ])("holds for %j", (match) => {
    expect(matchesEvent(match, event)).toBe(true);
  });

  test.each([
    [{ "data.name": "other" }],
    [{ "data.rows": "3" }],
    [{ "data.missing": null }],
    [{ "data.name.length": 11 }],
    [{ "data.name": "absenteeism", "data.rows": 4 }],
  ])("does not hold for %j", (match) => {
    expect(matchesEvent(match, event)).toBe(false);
  });
});

describe("paramsFromEvent", () => {
  const rawData = { kind: "event", path: ["data", "path"] } as const;

  test("maps what the trigger maps and leaves out what is absent", () => {
    const params = { rawData, other: { kind: "event", path: ["data", "no"] } } as const;

    expect(paramsFromEvent({ params, dataAsParams: false }, event)).toEqual({ rawData: "x.csv" });
  });

  test("takes the data whole where asked, under what is mapped", () => {
    const params = { name: { kind: "value", value: "mapped" } } as const;

    expect(paramsFromEvent({ params, dataAsParams: true }, { data: { name: "a", x: 1 } })).toEqual({
      name: "mapped",
      x: 1,
    });
  });

  test("takes nothing from data that is no object", () => {
    expect(paramsFromEvent({ params: {}, dataAsParams: true }, { data: [1, 2] })).toEqual({});
    expect(paramsFromEvent({ params: {}, dataAsParams: true }, {})).toEqual({});
  });
});
