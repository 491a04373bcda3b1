import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classify, isRootCause, type NodeSide } from "./classify.ts";

const node: NodeSide = {
  kind: "node",
  codeVersion: "code",
  cacheKey: "key",
  valueHash: "value",
  isLinked: false,
  isConfig: false,
};
const input: NodeSide = { ...node, kind: "input", codeVersion: null, cacheKey: null };

describe("classify", () => {
  test.each([
    ["SAME", node, node],
    ["TOPOLOGY", node, undefined],
    ["TOPOLOGY", undefined, node],
    ["TOPOLOGY", node, input],
    ["CODE", node, { ...node, valueHash: "other", codeVersion: "new", cacheKey: "new" }],
    ["NONDETERMINISTIC", node, { ...node, valueHash: "other" }],
    ["UPSTREAM", node, { ...node, valueHash: "other", cacheKey: "new" }],
    ["UPSTREAM", { ...node, cacheKey: null }, { ...node, cacheKey: null, valueHash: "other" }],
    ["CONVERGED", node, { ...node, codeVersion: "new", cacheKey: "new" }],
    ["CONVERGED", node, { ...node, cacheKey: "new" }],
    ["SAME", input, input],
    ["INPUT", input, { ...input, valueHash: "other" }],
    ["CONFIG", { ...input, isConfig: true }, { ...input, isConfig: true, valueHash: "other" }],
    ["UPSTREAM", { ...input, isLinked: true }, { ...input, isLinked: true, valueHash: "other" }],
    ["INPUT", { ...input, isLinked: true }, { ...input, valueHash: "other" }],
  ] as const)("says %s", (cause, left, right) => {
    expect(classify(left, right)).toBe(cause);
  });

  test("does not depend on which run comes first", () => {
    const letter = fc.constantFrom("a", "b");
    const side = fc.record({
      kind: fc.constantFrom("input", "node"),
      codeVersion: fc.option(letter),
      cacheKey: fc.option(letter),
      valueHash: fc.option(letter),
      isLinked: fc.boolean(),
      isConfig: fc.boolean(),
    });
    const maybe = fc.option(side, { nil: undefined });
    fc.assert(fc.property(maybe, maybe, (a, b) => classify(a, b) === classify(b, a)));
  });
});

test("consequences are not root causes", () => {
  const all = [
    "CODE",
    "CONFIG",
    "INPUT",
    "TOPOLOGY",
    "NONDETERMINISTIC",
    "UPSTREAM",
    "CONVERGED",
    "SAME",
  ] as const;

  expect(all.filter((cause) => !isRootCause(cause))).toEqual(["UPSTREAM", "CONVERGED", "SAME"]);
});
