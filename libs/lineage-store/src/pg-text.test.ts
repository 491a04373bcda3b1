import fc from "fast-check";
import { expect, test } from "vitest";
import { pgJson, pgText } from "./pg-text.ts";

test("pgText leaves ordinary text as it is", () => {
  expect(pgText("größer → ✓")).toBe("größer → ✓");
});

test("pgText replaces what Postgres refuses", () => {
  expect(pgText("a\u0000b\ud800c")).toBe("a\ufffdb\ufffdc");
});

test("pgJson writes texts that jsonb takes, at any depth", () => {
  expect(pgJson({ deep: [{ text: "\u0000" }] })).toBe('{"deep":[{"text":"\ufffd"}]}');
  expect(pgJson("a literal \\u0000 stays")).toBe(JSON.stringify("a literal \\u0000 stays"));
});

test("pgJson writes names that jsonb takes, at any depth", () => {
  expect(pgJson({ deep: [{ "a\u0000": 1 }] })).toBe('{"deep":[{"a\ufffd":1}]}');
});

test("pgJson is null for an absent value", () => {
  expect(pgJson(undefined)).toBeNull();
});

test("pgJson never writes NUL or half a pair", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(JSON.parse(pgJson([text]) ?? "")).toEqual([text.replaceAll("\u0000", "\ufffd")]);
    }),
  );
});
