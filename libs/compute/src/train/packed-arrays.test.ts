import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type NamedArray, packArrays, unpackArrays } from "./packed-arrays.ts";

const array: fc.Arbitrary<NamedArray> = fc
  .record({ name: fc.string(), shape: fc.array(fc.nat(4), { maxLength: 3 }) })
  .chain(({ name, shape }) => {
    const length = shape.reduce((size, side) => size * side, 1);
    return fc
      .float32Array({ minLength: length, maxLength: length })
      .map((values) => ({ name, shape, values }));
  });

describe("packArrays and unpackArrays", () => {
  test("give back what went in, bit by bit, wherever the bytes lie", () => {
    fc.assert(
      fc.property(
        fc.array(array, { maxLength: 4 }),
        fc.string(),
        fc.nat(9),
        (arrays, about, shift) => {
          const packed = packArrays({ about, arrays });
          const elsewhere = new Uint8Array(packed.byteLength + shift).subarray(shift);
          elsewhere.set(packed);

          const read = unpackArrays(elsewhere);

          expect(read.about).toBe(about);
          expect(read.arrays.map(({ name, shape }) => [name, shape])).toEqual(
            arrays.map(({ name, shape }) => [name, shape]),
          );
          expect(read.arrays.map(({ values }) => bits(values))).toEqual(
            arrays.map(({ values }) => bits(values)),
          );
        },
      ),
    );
  });

  test("copies nothing where the bytes lie well", () => {
    const packed = packArrays({
      about: null,
      arrays: [{ name: "w", shape: [2], values: Float32Array.of(1, 2) }],
    });

    expect(unpackArrays(packed).arrays[0]?.values.buffer).toBe(packed.buffer);
  });

  test("refuses anything else, and every beginning of its own", () => {
    const packed = packArrays({
      about: {},
      arrays: [{ name: "w", shape: [3], values: Float32Array.of(1, 2, 3) }],
    });
    const wrong = [
      new Uint8Array(),
      new TextEncoder().encode("no model at all"),
      Uint8Array.of(0x57, 0x46, 0x54, 0x31, 2, 0, 0, 0, 0x7b, 0x7d), // the head is {}
      ...Array.from({ length: packed.byteLength - 4 }, (_, length) => packed.slice(0, length)),
    ];

    for (const bytes of wrong)
      expect(() => unpackArrays(bytes)).toThrow(
        expect.objectContaining({ code: "compute/unreadable-model" }),
      );
  });
});

function bits({ buffer, byteOffset, byteLength }: Float32Array): number[] {
  return [...new Uint8Array(buffer, byteOffset, byteLength)];
}
