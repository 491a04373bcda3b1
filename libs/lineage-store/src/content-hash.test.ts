import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashId, hexOf, uuidOf } from "./content-hash.ts";

describe("hashId", () => {
  test("is the first half of a sha-256", () => {
    expect(hashId("0123456789abcdef0123456789abcdef".repeat(2))).toBe(
      "01234567-89ab-cdef-0123-456789abcdef",
    );
  });

  test("keeps a value without codec apart from the key in its name", () => {
    const key = "a".repeat(64);

    expect(hashId(`opaque:${key}`)).not.toBe(hashId(key));
    expect(hashId(`opaque:${key}`)).toBe(hashId(`opaque:${key}`));
  });

  test("is a UUID for any text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(hashId(text)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      }),
    );
  });
});

test("uuidOf and hexOf are inverse", () => {
  const hex = fc.string({
    unit: fc.constantFrom(...Array.from("0123456789abcdef")),
    minLength: 32,
    maxLength: 32,
  });
  fc.assert(fc.property(hex, (text) => hexOf(uuidOf(text)) === text));
});
