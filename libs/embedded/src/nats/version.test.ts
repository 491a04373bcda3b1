import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findVersion, isAtLeast } from "./version.ts";

const version = fc.tuple(fc.nat(50), fc.nat(50), fc.nat(50)).map((parts) => parts.join("."));

describe("isAtLeast", () => {
  test("compares numbers, not letters", () => {
    expect(isAtLeast("2.9.10", "2.10.23")).toBe(false);
    expect(isAtLeast("2.10.23", "2.10.23")).toBe(true);
    expect(isAtLeast("3.0.0", "2.10.23")).toBe(true);
  });

  test("takes a missing part for 0", () => {
    expect(isAtLeast("2.11", "2.10.23")).toBe(true);
    expect(isAtLeast("2.10", "2.10.23")).toBe(false);
  });

  test("is a total order", () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(isAtLeast(a, b) || isAtLeast(b, a)).toBe(true);
        expect(isAtLeast(a, b) && isAtLeast(b, a)).toBe(a === b);
      }),
    );
  });
});

describe("findVersion", () => {
  test("reads what nats-server prints", () => {
    expect(findVersion("nats-server: v2.14.0\n")).toBe("2.14.0");
  });

  test("finds none in other text", () => {
    expect(findVersion("hello 2.x")).toBeUndefined();
  });
});
