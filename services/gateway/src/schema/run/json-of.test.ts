import type { ValueRef } from "@weirflow/contracts";
import { encodeValue, toValueRef } from "@weirflow/values";
import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonOf } from "./json-of.ts";

const store = { put: async () => "0".repeat(64) };
const { signal } = new AbortController();
const refOf = async (value: unknown, inlineLimitBytes = 65_536): Promise<ValueRef> =>
  await toValueRef(encodeValue(value), store, { signal, inlineLimitBytes });

test("gives plain data back as they are", async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      fc.pre(!JSON.stringify(value).includes("__proto__")); // no codec writes such keys
      expect(JSON.stringify(jsonOf(await refOf(value)))).toBe(JSON.stringify(value));
    }),
  );
});

test("writes instants and typed arrays as people would", async () => {
  const value = {
    at: new Date("2026-03-02T10:00:00Z"),
    scores: Float64Array.of(0.5, 1),
    missing: undefined,
  };

  expect(jsonOf(await refOf(value))).toEqual({ at: "2026-03-02T10:00:00.000Z", scores: [0.5, 1] });
});

test("has no words for maps, big numbers and nothing at all", async () => {
  for (const value of [new Map(), new Set(), 1n, undefined])
    expect(jsonOf(await refOf(value))).toBeUndefined();
});

test("leaves alone what is kept elsewhere, and bytes that cannot be read", async () => {
  const broken: ValueRef = {
    kind: "inline",
    valueHash: "h",
    codec: "devalue",
    sizeBytes: 1,
    encoding: "utf8",
    data: "{",
  };

  expect(jsonOf(await refOf("long", 0))).toBeUndefined();
  expect(jsonOf(broken)).toBeUndefined();
});
