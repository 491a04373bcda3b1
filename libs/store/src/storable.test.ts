import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { storable } from "./storable.ts";

describe("storable", () => {
  test("replaces what Postgres cannot hold, however deep", () => {
    expect(storable({ message: "a\0b", cause: { lines: ["\uD800", "ok"] } })).toEqual({
      message: "a\uFFFDb",
      cause: { lines: ["\uFFFD", "ok"] },
    });
  });

  test("leaves everything else as it is", () => {
    // -0 is the one number that JSON does not keep.
    const json = fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)));
    fc.assert(
      fc.property(json, (value) => {
        expect(storable(value)).toEqual(value);
      }),
    );
  });

  test("leaves no character that Postgres refuses in any text", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(text, (value) => {
        const stored = storable(`${value}\0`);
        expect(stored.includes("\0")).toBe(false);
        expect(stored.isWellFormed()).toBe(true);
      }),
    );
  });
});
