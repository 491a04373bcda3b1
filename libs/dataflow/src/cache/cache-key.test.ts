import { describe, expect, test } from "vitest";
import { nodeCacheKey } from "./cache-key.ts";

describe("nodeCacheKey", () => {
  test("counts name, branch, code and each input, in any order", () => {
    const facts = { node: "n", variant: "", codeVersion: "v", inputs: { a: "1", b: "2" } };
    const others = [
      { ...facts, node: "m" },
      { ...facts, variant: "x=y" },
      { ...facts, codeVersion: "w" },
      { ...facts, inputs: { a: "2", b: "1" } },
      { ...facts, inputs: { a: "1" } },
    ];

    expect(nodeCacheKey({ ...facts, inputs: { b: "2", a: "1" } })).toBe(nodeCacheKey(facts));
    expect(new Set([facts, ...others].map(nodeCacheKey)).size).toBe(6);
  });
});
