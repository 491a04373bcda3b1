import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dateOf, numberOf, textOf } from "./cell-of.ts";

type Cell = Parameters<typeof numberOf>[0];

/** What the driver gives for decimals: the digits, and how many of them stand behind the point. */
function decimal(value: bigint, scale: number): Cell {
  return { value, scale, width: 38 };
}

function instant(parts: object): Cell {
  return { isFinite: true, ...parts } as Cell; // dateOf looks at these alone
}

describe("numberOf", () => {
  test("keeps numbers, also those that are none", () => {
    expect(numberOf(-0)).toBe(-0);
    expect(numberOf(Number.NaN)).toBe(Number.NaN);
    expect(numberOf(Infinity)).toBe(Infinity);
  });

  test("makes a number of integers of 53 bits, and of no others", () => {
    expect(numberOf(2n ** 53n - 1n)).toBe(9_007_199_254_740_991);
    expect(numberOf(-(2n ** 53n) + 1n)).toBe(-9_007_199_254_740_991);
    expect(numberOf(2n ** 53n)).toBeUndefined();
    expect(numberOf(-(2n ** 53n))).toBeUndefined();
  });

  test("makes the number that is nearest to a decimal", () => {
    expect(numberOf(decimal(115n, 2))).toBe(1.15);
    expect(numberOf(decimal(-5n, 1))).toBe(-0.5);
    expect(numberOf(decimal(1n, 38))).toBe(1e-38);
    expect(numberOf(decimal(0n, 10))).toBe(0);
  });

  test("gives the number whose text a decimal is", () => {
    const digits = fc.bigInt({ min: -(10n ** 15n) + 1n, max: 10n ** 15n - 1n });
    const property = fc.property(digits, fc.integer({ min: 0, max: 30 }), (value, scale) => {
      const sign = value < 0n ? "-" : "";
      const text = String(value < 0n ? -value : value).padStart(scale + 1, "0");
      const at = text.length - scale;

      expect(numberOf(decimal(value, scale))).toBe(
        Number(`${sign}${text.slice(0, at)}.${text.slice(at)}`) + 0,
      );
    });
    fc.assert(property);
  });

  test("makes none of a decimal of more digits", () => {
    expect(numberOf(decimal(2n ** 53n, 10))).toBeUndefined();
  });
});

describe("dateOf", () => {
  test.each([
    [{ days: -1 }, "1969-12-31T00:00:00.000Z"],
    [{ seconds: 1_772_359_200n }, "2026-03-01T10:00:00.000Z"],
    [{ millis: -1n }, "1969-12-31T23:59:59.999Z"],
    [{ micros: 1_500n }, "1970-01-01T00:00:00.001Z"],
    [{ micros: -1n }, "1969-12-31T23:59:59.999Z"],
    [{ micros: -1_000n }, "1969-12-31T23:59:59.999Z"],
    [{ nanos: -1_000_001n }, "1969-12-31T23:59:59.998Z"],
    [{ micros: 253_402_300_799_999_999n }, "9999-12-31T23:59:59.999Z"],
  ])("cuts %o to the millisecond %s", (parts, text) => {
    expect(dateOf(instant(parts))?.toISOString()).toBe(text);
  });

  test("reaches as far as a Date does", () => {
    expect(dateOf(instant({ micros: 8_640_000_000_000_000_000n }))?.getTime()).toBe(8.64e15);
    expect(dateOf(instant({ micros: 8_640_000_000_000_001_000n }))).toBeUndefined();
    expect(dateOf(instant({ days: 100_000_001 }))).toBeUndefined();
    expect(dateOf(instant({ isFinite: false, days: 2_147_483_647 }))).toBeUndefined();
  });
});

describe("textOf", () => {
  test("writes what is no text as it writes itself", () => {
    expect(textOf("größe")).toBe("größe");
    expect(textOf({ toString: () => "00000000-0000-0000-0000-00000000000a" } as Cell)).toBe(
      "00000000-0000-0000-0000-00000000000a",
    );
  });
});
