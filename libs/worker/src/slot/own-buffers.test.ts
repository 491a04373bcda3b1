import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ownBuffers } from "./own-buffers.ts";

describe("ownBuffers", () => {
  test("names a buffer once, and none that holds more than one piece", () => {
    const own = new Uint8Array(8);
    const part = new Uint8Array(8).subarray(2, 4);
    const shared = new Uint8Array(new SharedArrayBuffer(8));

    expect(ownBuffers([own, part, shared, own])).toEqual([own.buffer]);
  });

  test("names what can be moved: the pieces arrive as they were", () => {
    const piece = fc
      .tuple(fc.uint8Array({ minLength: 1 }), fc.nat(3), fc.nat(3))
      .map(([bytes, before, after]) => {
        const whole = new Uint8Array(before + bytes.length + after);
        whole.set(bytes, before);
        return whole.subarray(before, before + bytes.length);
      });
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const expected = pieces.map((bytes) => [...bytes]);
        const transfer = ownBuffers(pieces);

        const arrived = structuredClone(pieces, { transfer: [...transfer] });

        expect(arrived.map((bytes) => [...bytes])).toEqual(expected);
        expect(transfer.every(({ detached }) => detached)).toBe(true);
      }),
    );
  });
});
