import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UnhashableValueError } from "../errors.ts";
import { hashValue, shortHash, type ValueHasher } from "./hash-value.ts";

class Point {
  readonly x: number;
  constructor(x: number) {
    this.x = x;
  }
}

const pointHasher: ValueHasher = {
  name: "point",
  matches: (value) => value instanceof Point,
  identity: (value) => [(value as Point).x],
};

/** Data of every kind that has a hash, small enough to be equal by chance now and then. */
const plain = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom(0, -0, 1, Number.NaN, Infinity, "1", "", "a", "é", "\uD800", true, false),
    fc.constantFrom(null, undefined, 1n, 0n, -1n),
    fc.constantFrom(new Date(0), new Date(1), new Date(Number.NaN), /a/, /a/g),
    fc.constantFrom(new Uint8Array([1]), new Int8Array([1]), new Float64Array([1, 2])),
    fc.double(),
    fc.string({ unit: "binary", maxLength: 3 }),
  ),
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    tie("leaf"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "1", "0"), tie("value"), { maxKeys: 3 }),
    fc
      .array(fc.tuple(tie("leaf"), tie("value")), { maxLength: 2 })
      .map((entries) => new Map(entries)),
    fc.array(tie("leaf"), { maxLength: 2 }).map((items) => new Set(items)),
  ),
})).value;

/** Another text for the same structure: written by recursion, which is fine for what the tests make. */
function spell(value: unknown): string {
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return `${typeof value} ${String(value)}`;
  const list = (items: Iterable<unknown>): string => `(${[...items].map(spell).join(";")})`;
  if (Array.isArray(value)) return `list${list(value)}`;
  if (value instanceof Map) return `map${list([...value].map((entry) => [...entry]))}`;
  if (value instanceof Set) return `set${list(value)}`;
  if (value instanceof Date) return `date ${value.getTime()}`;
  if (value instanceof RegExp) return `regexp ${String(value)}`;
  if (ArrayBuffer.isView(value))
    return `${value.constructor.name} ${(value as Float64Array).join()}`;
  return `record${list(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))}`;
}

describe("hashValue", () => {
  test("is equal exactly for equal structure", () => {
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        expect(hashValue(a) === hashValue(b)).toBe(spell(a) === spell(b));
      }),
      { numRuns: 2_000 },
    );
  });

  test("is the same for a copy, and for another order of keys", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), plain), (record) => {
        const turned = Object.fromEntries(Object.entries(record).toReversed());

        expect(hashValue(structuredClone(turned))).toBe(hashValue(record));
      }),
    );
  });

  test("never changes: stored hashes stay valid", () => {
    const value = { name: "weir", list: [1, -0, Number.NaN, null, undefined, 2n], on: new Date(7) };

    expect(hashValue(value)).toBe(
      "41c9439b77a81178cee5c5379286ca51b2878ec1e92b15ad6db6e76f079c40ae",
    );
  });

  test.each([
    ["a number and its text", 1, "1"],
    ["zero and minus zero", 0, -0],
    ["null and absence", null, undefined],
    ["a list and a record of the same keys", [1], { 0: 1 }],
    ["a hole and undefined", Object.assign([], { length: 1 }), [undefined]],
    ["an absent key and one that is undefined", {}, { a: undefined }],
    ["element types", new Float32Array([1]), new Float64Array([1])],
    ["a view and its buffer", new Uint8Array([1]), new Uint8Array([1]).buffer],
    ["renamed columns", { age: new Float64Array(2) }, { years: new Float64Array(2) }],
    ["where one text ends", ["ab", "c"], ["a", "bc"]],
    ["lone surrogates", "\uD800", "\uFFFD"],
    [
      "the order of a map",
      new Map([
        [1, 2],
        [3, 4],
      ]),
      new Map([
        [3, 4],
        [1, 2],
      ]),
    ],
    ["a date and its number", new Date(5), 5],
    ["a bigint and a number", 5n, 5],
    ["a set and a list", new Set([1]), [1]],
  ])("tells apart %s", (_, a, b) => {
    expect(hashValue(a)).not.toBe(hashValue(b));
  });

  test("counts a buffer as its bytes, wherever they lie", () => {
    expect(hashValue(Buffer.from([9, 1, 2]).subarray(1))).toBe(hashValue(new Uint8Array([1, 2])));
  });

  test("counts an object without prototype as any other", () => {
    expect(hashValue(Object.assign(Object.create(null), { a: 1 }))).toBe(hashValue({ a: 1 }));
  });

  test("walks values nested 200,000 deep", () => {
    let deep: unknown = 1;
    for (let i = 0; i < 200_000; i++) deep = i % 2 === 0 ? [deep] : { deep };

    expect(hashValue(deep)).toMatch(/^[0-9a-f]{64}$/);
  });

  test("takes long text and many small values alike in any cut", () => {
    const long = "ü".repeat(40_000);
    const rows = Array.from({ length: 5_000 }, (_, i) => ({ i, name: `row ${i}` }));

    expect(hashValue([long, rows])).toBe(hashValue(structuredClone([long, rows])));
    expect(hashValue([long, rows])).not.toBe(hashValue([`${long}!`, rows]));
  });

  test("allows the same part twice, and refuses a cycle", () => {
    const part = { a: 1 };
    const round: unknown[] = [];
    round.push({ back: round });

    expect(hashValue([part, part])).toBe(hashValue([{ a: 1 }, { a: 1 }]));
    expect(() => hashValue(round)).toThrow(
      "no content hash: $[0].back is the same as what holds it",
    );
  });

  test.each([
    ["a function", { rows: [() => 1] }, "$.rows[0] is a function"],
    ["a symbol", Symbol("x"), "$ is a symbol"],
    ["an instance of a class", { at: new Point(1) }, "$.at is an instance of Point"],
    ["a promise", [Promise.resolve(1)], "$[0] is an instance of Promise"],
    ["a subclass of Map", new (class Ages extends Map {})(), "$ is an instance of Ages"],
    [
      "a subclass of a typed array",
      new (class Row extends Float64Array {})(),
      "$ is an instance of Row",
    ],
    ["a list with names", [/a/.exec("a")], "$[0] is a list with properties of its own"],
    ["a list with a name alone", Object.assign([], { x: 1 }), "$ is a list with properties"],
    ["a map with names", Object.assign(new Map(), { x: 1 }), "$ is an instance of Map"],
    ["an error", new Error("x"), "$ is an instance of Error"],
    ["a boxed number", Object(1), "$ is an instance of Number"],
    ["symbols for keys", { [Symbol("x")]: 1 }, "$ is an object with symbols for keys"],
  ])("refuses %s, and says where", (_, value, message) => {
    expect(() => hashValue(value)).toThrow(UnhashableValueError);
    expect(() => hashValue(value)).toThrow(message);
  });

  test("hashes instances by their codec, apart from their plain identity", () => {
    const codecs = [pointHasher];

    expect(hashValue(new Point(1), { codecs })).toBe(hashValue(new Point(1), { codecs }));
    expect(hashValue(new Point(1), { codecs })).not.toBe(hashValue(new Point(2), { codecs }));
    expect(hashValue(new Point(1), { codecs })).not.toBe(hashValue([1], { codecs }));
    expect(hashValue([new Point(1)], { codecs: () => pointHasher })).toBe(
      hashValue([new Point(1)], { codecs }),
    );
  });
});

describe("shortHash", () => {
  test("is the first 128 bits", () => {
    expect(shortHash(hashValue(1))).toBe(hashValue(1).slice(0, 32));
    expect(shortHash(hashValue(1))).toHaveLength(32);
  });
});
