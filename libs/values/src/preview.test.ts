import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { preview, PREVIEW_CHARS } from "./preview.ts";

describe("preview", () => {
  test("writes plain data in one line", () => {
    expect(preview({ rows: 151, name: "validation", at: new Date(0) })).toBe(
      '{rows: 151, name: "validation", at: 1970-01-01T00:00:00.000Z}',
    );
    expect(preview([1, null, undefined, true, 2n, -0])).toBe("[1, null, undefined, true, 2n, -0]");
    expect(preview(Float64Array.of(1.5, 2))).toBe("Float64Array[1.5, 2]");
    expect(preview(new Set(["a"]))).toBe('Set["a"]');
    expect(preview(new Map([["a", 1]]))).toBe('Map[["a", 1]]');
    expect(preview(new Date(Number.NaN))).toBe("invalid date");
    expect(preview(new DataView(new ArrayBuffer(2)))).toBe("DataView[]");
  });

  test("looks at a few entries of a long list", () => {
    expect(preview(new Int8Array(1_000_000))).toMatch(/^Int8Array\[0, 0, .*… 1000000 in all\]$/);
  });

  test("shows of an instance its class alone, so that nothing private leaks", () => {
    class Sealed {
      readonly inner = "password";
    }

    expect(preview({ sealed: new Sealed() })).toBe("{sealed: [Sealed]}");
  });

  test("reads no getter", () => {
    const value = {
      get bomb(): never {
        throw new Error("read");
      },
    };

    expect(preview(value)).toBe("{bomb: [getter]}");
  });

  test("ends on a cycle", () => {
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;

    expect(preview(loop)).toBe("{self: {self: {self: {self: …}}}}");
  });

  test("never throws and never exceeds its length", () => {
    fc.assert(
      fc.property(fc.anything({ withMap: true, withSet: true, withTypedArray: true }), (value) => {
        expect(preview(value).length).toBeLessThanOrEqual(PREVIEW_CHARS);
      }),
    );
  });
});
