import {
  Field,
  Int32,
  Schema,
  Table,
  tableFromArrays,
  tableFromJSON,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { UnhashableValueError } from "@weirflow/dataflow";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Codec } from "./codec/codec.ts";
import { createCodecs } from "./codec/codecs.ts";
import { decodeValue, encodeValue } from "./encode-value.ts";
import {
  DuplicateCodecError,
  UnknownCodecError,
  ValueNotDecodableError,
  ValueNotEncodableError,
} from "./errors.ts";

const roundTrip = (value: unknown): unknown => {
  const { codec, bytes } = encodeValue(value);
  return decodeValue(codec, bytes);
};

const rowsOf = (value: unknown): unknown =>
  value instanceof Table ? value.toArray().map((row) => row.toJSON() as unknown) : "no table";

describe("encodeValue and decodeValue", () => {
  test("are each other's inverse on plain data", () => {
    const plain = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
      withNullPrototype: false,
      key: fc.string().filter((key) => key !== "__proto__"),
    });
    fc.assert(
      fc.property(plain, (value) => {
        expect(roundTrip(value)).toStrictEqual(value);
      }),
    );
  });

  test("keep what JSON loses", () => {
    const value = {
      none: undefined,
      nan: Number.NaN,
      zero: -0,
      big: 12n,
      at: new Date(1),
      of: new Map([["a", new Set([1])]]),
      series: Float64Array.of(1, Number.NaN, -0),
    };

    expect(roundTrip(value)).toStrictEqual(value);
  });

  test("keep shared references", () => {
    const shared = { n: 1 };

    const back = roundTrip({ left: shared, right: shared }) as Record<string, unknown>;

    expect(back["left"]).toBe(back["right"]);
  });

  test("write bytes as they are", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const encoded = encodeValue(Buffer.from(bytes));
        expect(encoded.codec).toBe("bytes");
        expect(decodeValue("bytes", encoded.bytes)).toStrictEqual(bytes);
      }),
    );
  });

  test("write of a view its own part alone", () => {
    const whole = Float64Array.from({ length: 10_000 }, (_, i) => i);

    const { bytes } = encodeValue({ part: whole.subarray(3, 5) });

    expect(bytes.byteLength).toBeLessThan(200);
    expect(decodeValue("devalue", bytes)).toStrictEqual({ part: Float64Array.of(3, 4) });
  });

  test("are each other's inverse on Arrow tables, nulls included", () => {
    const column = fc.array(fc.option(fc.integer()), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(column, fc.array(fc.string(), { minLength: 3, maxLength: 3 }), (n, s) => {
        const table = new Table({ n: vectorFromArray(n, new Int32()), s: vectorFromArray(s) });
        const encoded = encodeValue(table);
        const back = decodeValue(encoded.codec, encoded.bytes);
        expect(encoded.codec).toBe("arrow");
        expect(rowsOf(back)).toEqual(rowsOf(table));
        expect(encodeValue(back).valueHash).toBe(encoded.valueHash);
      }),
    );
  });

  test("write an Arrow table inside plain data", () => {
    const table = tableFromArrays({ age: Float64Array.of(30, 40) });

    const back = roundTrip({ table, rows: 2 }) as { table: unknown; rows: number };

    expect(rowsOf(back.table)).toEqual([{ age: 30 }, { age: 40 }]);
    expect(back.rows).toBe(2);
  });

  test("refuse what no codec writes and say where it is", () => {
    class Model {
      readonly layers = 2;
    }

    expect(() => encodeValue({ best: [new Model()] })).toThrow(ValueNotEncodableError);
    expect(() => encodeValue({ best: [new Model()] })).toThrow('"Model" at ".best[0]"');
    expect(() => encodeValue({ fn: () => 1 })).toThrow(ValueNotEncodableError);
  });

  test("refuse a cycle: it has no content hash", () => {
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;

    expect(() => encodeValue(loop)).toThrow(UnhashableValueError);
  });

  test("refuse bytes that are no value", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 50 }), (bytes) => {
        for (const codec of ["devalue", "arrow"]) {
          try {
            decodeValue(codec, bytes.slice());
          } catch (error) {
            expect(error).toBeInstanceOf(ValueNotDecodableError);
          }
        }
      }),
    );
    expect(() => decodeValue("devalue", Uint8Array.of(0xff))).toThrow(ValueNotDecodableError);
    expect(() => decodeValue("pickle", new Uint8Array())).toThrow(UnknownCodecError);
  });
});

describe("valueHash", () => {
  const hashOf = (value: unknown): string => encodeValue(value).valueHash;

  test("is of the content, not of its layout in memory", () => {
    const whole = tableFromArrays({ a: Int32Array.of(1, 2, 3, 4) });
    const halves = new Table([...whole.slice(0, 2).batches, ...whole.slice(2).batches]);

    expect(halves.batches).toHaveLength(2);
    expect(hashOf(halves)).toBe(hashOf(whole));
  });

  test("differs when a column is renamed, retyped or changed", () => {
    const base = hashOf(tableFromArrays({ a: Int32Array.of(1, 2) }));

    expect(hashOf(tableFromArrays({ b: Int32Array.of(1, 2) }))).not.toBe(base);
    expect(hashOf(tableFromArrays({ a: Float64Array.of(1, 2) }))).not.toBe(base);
    expect(hashOf(tableFromArrays({ a: Int32Array.of(1, 3) }))).not.toBe(base);
  });

  test("tells a null from a zero in an Arrow column", () => {
    const schema = new Schema([new Field("n", new Int32(), true)]);
    const column = (n: (number | null)[]): Table =>
      new Table(schema, { n: vectorFromArray(n, new Int32()) });

    expect(hashOf(column([0, 1]))).not.toBe(hashOf(column([null, 1])));
  });

  test("covers nested rows and texts", () => {
    const a = tableFromJSON([{ of: { x: 1, in: { y: [1, 2] } }, tag: "p" }]);
    const b = tableFromJSON([{ of: { x: 1, in: { y: [1, 3] } }, tag: "p" }]);

    expect(hashOf(a)).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf(a)).not.toBe(hashOf(b));
    expect(hashOf(new Table({ t: vectorFromArray(["p"], new Utf8()) }))).not.toBe(
      hashOf(new Table({ t: vectorFromArray(["q"], new Utf8()) })),
    );
  });
});

describe("createCodecs", () => {
  class Model {
    readonly weights: readonly number[];
    constructor(weights: readonly number[]) {
      this.weights = weights;
    }
  }
  const modelCodec: Codec = {
    name: "model",
    matches: (value): value is unknown => value instanceof Model,
    encode: (value) => Float64Array.from((value as Model).weights) as never,
    decode: (bytes) => new Model([...new Float64Array(bytes.slice().buffer)]),
    identity: (value) => (value as Model).weights,
  };
  const codecs = createCodecs([
    {
      ...modelCodec,
      encode: (value) => new Uint8Array(Float64Array.from((value as Model).weights).buffer),
    },
  ]);

  test("adds a codec, for whole values and for parts", () => {
    const whole = encodeValue(new Model([1, 2]), codecs);
    const part = encodeValue({ best: new Model([3]) }, codecs);

    expect(whole.codec).toBe("model");
    expect(decodeValue("model", whole.bytes, codecs)).toStrictEqual(new Model([1, 2]));
    expect(decodeValue(part.codec, part.bytes, codecs)).toStrictEqual({ best: new Model([3]) });
  });

  test("hashes by the codec's identity", () => {
    const one = encodeValue(new Model([1]), codecs).valueHash;

    expect(encodeValue(new Model([1]), codecs).valueHash).toBe(one);
    expect(encodeValue(new Model([2]), codecs).valueHash).not.toBe(one);
  });

  test("refuses two codecs of one name", () => {
    expect(() => createCodecs([{ ...modelCodec, name: "arrow" }])).toThrow(DuplicateCodecError);
  });
});
