import { describe, expect, test } from "vitest";
import { RunIds } from "./run-ids.ts";

describe("RunIds", () => {
  test.each([
    ["numbers", 1, 2],
    ["zeros", 0, -0],
    ["objects", {}, {}],
    ["functions", () => 1, () => 1],
  ])("know a value by its name and itself: %s", (_, value, other) => {
    const ids = new RunIds();
    ids.set("a", value, "id of a");
    ids.set("b", value, "id of b");

    expect(ids.get("a", value)).toBe("id of a");
    expect(ids.get("b", value)).toBe("id of b");
    expect(ids.get("a", other)).toBeUndefined();
    expect(ids.get("c", value)).toBeUndefined();
  });

  test("know NaN, and absence", () => {
    const ids = new RunIds();
    ids.set("a", Number.NaN, "nan");
    ids.set("b", undefined, "nothing");

    expect([ids.get("a", Number.NaN), ids.get("b", undefined)]).toEqual(["nan", "nothing"]);
  });

  test("take whatever has an ignored name alike", () => {
    const ids = new RunIds();
    ids.ignore("a");

    expect(ids.get("a", 1)).toBe(ids.get("a", {}));
    expect(ids.get("b", 1)).toBeUndefined();
  });
});
