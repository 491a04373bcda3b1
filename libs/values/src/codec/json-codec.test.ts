import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ValueNotDecodableError, ValueNotEncodableError } from "../errors.ts";
import { jsonCodec } from "./json-codec.ts";

describe("jsonCodec", () => {
  test("gives back every value that it writes", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        fc.pre(!JSON.stringify(value).includes("__proto__") && !hasMinusZero(value));

        expect(jsonCodec.decode(jsonCodec.encode(value))).toStrictEqual(value);
      }),
    );
  });

  test.each([
    ["undefined", undefined],
    ["a function", () => 1],
    ["a field that is undefined", { a: undefined }],
    ["a hole", Object.assign([], { length: 1 })],
    ["minus zero", [-0]],
    ["NaN", Number.NaN],
    ["a date", new Date(0)],
    ["a map", new Map()],
    ["bytes", new Uint8Array(1)],
    ["a bigint", 1n],
    ["a cycle", roundList()],
  ])("refuses %s", (_, value) => {
    expect(() => jsonCodec.encode(value)).toThrow(ValueNotEncodableError);
  });

  test("says that bytes are no JSON", () => {
    expect(() => jsonCodec.decode(new TextEncoder().encode("{"))).toThrow(ValueNotDecodableError);
    expect(() => jsonCodec.decode(Uint8Array.of(0x22, 0xff, 0x22))).toThrow(ValueNotDecodableError);
  });
});

function hasMinusZero(value: unknown): boolean {
  if (Object.is(value, -0)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasMinusZero);
}

function roundList(): unknown {
  const list: unknown[] = [];
  list.push(list);
  return list;
}
