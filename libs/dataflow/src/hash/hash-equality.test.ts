import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SecretValueError } from "../errors.ts";
import { hashValue } from "./hash-value.ts";
import { isSecret, SECRET } from "./secret.ts";

/** Few leaves, and alike, so that two random values are equal, or nearly, now and then. */
const small = fc.letrec((tie) => ({
  leaf: fc.constantFrom<unknown>(
    0,
    -0,
    1,
    Number.NaN,
    "",
    "1",
    "a\0b",
    1n,
    true,
    null,
    undefined,
    new Date(0),
    new Date(1),
    /a/,
    /a/i,
    new Uint8Array(1),
    new Int8Array(1),
    new Float64Array([-0]),
    new Float64Array([0]),
    new ArrayBuffer(1),
    new DataView(new ArrayBuffer(1)),
    new BigInt64Array(1),
    new Uint8Array([9, 0]).subarray(1),
    new DataView(new ArrayBuffer(2), 1),
  ),
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    { weight: 3, arbitrary: tie("leaf") },
    { weight: 1, arbitrary: fc.array(tie("value"), { maxLength: 2 }) },
    { weight: 1, arbitrary: fc.sparseArray(tie("value"), { maxLength: 2, maxNumElements: 2 }) },
    {
      weight: 2,
      arbitrary: fc.dictionary(fc.constantFrom("a", "b", "a\0b", "0"), tie("value"), {
        maxKeys: 2,
        noNullPrototype: true,
      }),
    },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.tuple(tie("leaf"), tie("value")), { maxLength: 2 })
        .map((entries) => new Map(entries)),
    },
    {
      weight: 1,
      arbitrary: fc.array(tie("leaf"), { maxLength: 2 }).map((items) => new Set(items)),
    },
  ),
})).value;

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
  withNullPrototype: false,
});

class Ordered {
  readonly kind: string;
  readonly parts: readonly unknown[];
  constructor(kind: string, parts: readonly unknown[]) {
    this.kind = kind;
    this.parts = parts;
  }
}

/** Node compares maps and sets in any order, invalid dates by identity and views without what they are. */
function spelled(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Map) return new Ordered("map", [...value].flat().map(spelled));
  if (value instanceof Set) return new Ordered("set", [...value].map(spelled));
  if (value instanceof Date) return new Ordered("date", [value.getTime()]);
  if (value instanceof RegExp || ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    return value;
  if (Array.isArray(value)) return value.map(spelled); // keeps holes
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, spelled(part)]));
}

const areEqual = (a: unknown, b: unknown): boolean => isDeepStrictEqual(spelled(a), spelled(b));

describe("hashValue and node's deep equality", () => {
  test.each([
    ["small values", small, 3_000],
    ["any values", anything, 500],
  ])("agree on two %s", (_, arbitrary, numRuns) => {
    fc.assert(
      fc.property(arbitrary, arbitrary, (a, b) => {
        expect(hashValue(a) === hashValue(b)).toBe(areEqual(a, b));
      }),
      { numRuns },
    );
  });

  test("agree on a value with one part changed", () => {
    fc.assert(
      fc.property(
        fc.array(small, { minLength: 1, maxLength: 4 }),
        fc.nat(),
        small,
        (list, at, part) => {
          const other = list.with(at % list.length, part);

          expect(hashValue(list) === hashValue(other)).toBe(areEqual(list, other));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("agree on a copy", () => {
    fc.assert(
      fc.property(anything, (value) => {
        const copy = structuredClone(value);

        expect(areEqual(value, copy)).toBe(true);
        expect(hashValue(copy)).toBe(hashValue(value));
      }),
    );
  });

  test("agree where keys hold what keys are joined by", () => {
    const known = { a: 1, b: 2 };

    expect(hashValue([known, { "a\0b": 3 }])).not.toBe(hashValue([known, { "a\0b": 4 }]));
  });
});

describe("secrets", () => {
  const secret = { [SECRET]: true, text: "x" };

  test.each([
    ["by itself", secret, "$"],
    ["in a list", [1, secret], "$[1]"],
    ["in a record", { a: { b: secret } }, "$.a.b"],
    ["for a key of a map", new Map([[secret, 1]]), "$[0]"],
    ["in a set", new Set([secret]), "$[0]"],
  ])("are refused %s", (_, value, path) => {
    expect(() => hashValue(value)).toThrow(SecretValueError);
    expect(() => hashValue(value)).toThrow(`no content hash: ${path} is a secret`);
  });

  test("are what the given predicate says", () => {
    const options = { isSecret: (value: object) => "password" in value };

    expect(() => hashValue([{ password: 1 }], options)).toThrow("$[0] is a secret");
    expect(hashValue([{ name: 1 }], options)).toBe(hashValue([{ name: 1 }]));
  });

  test("are marked with `true`, and nothing else is one", () => {
    expect([secret, Object.create(secret)].map(isSecret)).toEqual([true, true]);
    expect([null, 1, "secret", {}, { [SECRET]: false }].map(isSecret)).not.toContain(true);
  });
});
