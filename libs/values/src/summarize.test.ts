import { tableFromArrays } from "apache-arrow";
import { valueRefSchema } from "@weirflow/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCodecs } from "./codec/codecs.ts";
import { summarize } from "./summarize.ts";

const codecs = createCodecs();

describe("summarize", () => {
  test("names rows, columns and shape of an Arrow table", () => {
    const table = tableFromArrays({ id: Int32Array.of(1, 2, 3), age: Float64Array.of(30, 40, 50) });

    expect(summarize(table, codecs)).toEqual({
      type: "table",
      preview: "3 × 2: id, age",
      rows: 3,
      columns: ["id", "age"],
      shape: [3, 2],
    });
  });

  test("knows a table that is a list of objects, and one that is an object of columns", () => {
    expect(summarize([{ a: 1, b: 2 }], codecs)).toMatchObject({ rows: 1, columns: ["a", "b"] });
    expect(summarize({ a: Float64Array.of(1), b: [2] }, codecs)).toMatchObject({
      type: "object",
      rows: 1,
      columns: ["a", "b"],
      shape: [1, 2],
    });
    expect(summarize({ a: Float64Array.of(1), b: [2, 3] }, codecs)).not.toHaveProperty("rows");
    expect(summarize({}, codecs)).not.toHaveProperty("rows");
  });

  test("names as many columns as there is room for", () => {
    const wide = Object.fromEntries(
      Array.from({ length: 500 }, (_, i) => [`${"x".repeat(90)}${i}`, [1]]),
    );

    const { columns = [], shape } = summarize(wide, codecs);

    expect(shape).toEqual([1, 500]);
    expect(columns.length).toBeGreaterThan(40);
    expect(columns.join("").length).toBeLessThanOrEqual(4_000);
  });

  test("gives a list its length and a vector its shape", () => {
    expect(summarize([4, 5], codecs)).toEqual({ type: "array", preview: "[4, 5]", rows: 2 });
    expect(summarize(Float32Array.of(1), codecs)).toMatchObject({
      type: "Float32Array",
      shape: [1],
    });
  });

  test("fits the message of every value", () => {
    const summary = valueRefSchema.options[0].shape.summary;
    fc.assert(
      fc.property(fc.anything({ withTypedArray: true, withMap: true }), (value) => {
        expect(summary.safeParse(summarize(value, codecs)).success).toBe(true);
      }),
    );
  });
});
