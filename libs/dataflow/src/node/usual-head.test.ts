import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseParameters } from "./parameters.ts";
import { type UsualHead, usualHead } from "./usual-head.ts";

describe("usualHead", () => {
  test.each<[string, UsualHead]>([
    ["({ a, b }) => a + b", { keys: ["a", "b"], usesContext: false }],
    ["({a,$b_1,})=>a", { keys: ["a", "$b_1"], usesContext: false }],
    ["async({ a }) => { await a; }", { keys: ["a"], usesContext: false }],
    ["({\n  a,\n  b\n}        ) => a", { keys: ["a", "b"], usesContext: false }],
    ["() => 1", { keys: [], usesContext: false }],
    ["({}, context) => 1", { keys: [], usesContext: true }],
    ["({ a }, { signal, progress },) => a", { keys: ["a"], usesContext: true }],
    ["function f({ a }) { return { a }; }", { keys: ["a"], usesContext: false }],
    ["async function ({ a }, _) {\n}", { keys: ["a"], usesContext: true }],
    ["function f() { return '[native code]'; }", { keys: [], usesContext: false }],
  ])("reads %s", (text, head) => {
    expect(usualHead(text)).toEqual(head);
  });

  test.each([
    "({ a = 1 }) => a",
    "({ a: b }) => b",
    "({ a /* b */ }) => a",
    "({ a, ...rest }) => a",
    "({ [a]: b }) => b",
    "({ ключ }) => 1",
    "({ a }, b = 1) => a",
    "({ a }, ...rest) => a",
    "({ a }, b, c) => a",
    "({ a } = {}) => a",
    "a => a",
    "(a) => a",
    "async(a) => a",
    "async({ a }) { return a; }",
    "method({ a }) { return a; }",
    "get a() { return 1; }",
    "class A {}",
    "function* f({ a }) {}",
    String(Math.max),
    "function () { [native code] }",
  ])("leaves %s to a parser", (text) => {
    expect(usualHead(text)).toBeUndefined();
  });

  test("reads what a parser reads", () => {
    const space = fc.constantFrom("", " ", "\n", "  \t");
    const word = fc.constantFrom("a", "b1", "$", "_c", "of", "async", "get");
    const key = fc.oneof(
      { weight: 8, arbitrary: word },
      fc.constantFrom("d = 1", "e: f", "/* g */ h", "...i", '"j": k', "ключ", "l = ({ m }) => m"),
    );
    const keys = fc
      .tuple(fc.uniqueArray(key, { maxLength: 4 }), space, fc.constantFrom("", ","))
      .map(
        ([names, gap, end]) => `{${gap}${names.join(`${gap},`)}${names.length ? end : ""}${gap}}`,
      );
    const parameters = fc
      .tuple(fc.array(fc.oneof(keys, word), { maxLength: 3 }), space)
      .map(([all, gap]) => `(${gap}${all.join(`,${gap}`)}${gap})`);
    const text = fc
      .tuple(
        fc.constantFrom("", "async ", "async", "function", "function f", "async function f ", "f"),
        parameters,
        fc.constantFrom("=> a", " => ({ b }) => 1", "{ return a }", " {\n}"),
      )
      .map((parts) => parts.join(""));

    fc.assert(
      fc.property(text, (each) => {
        const parsed = parseParameters(each);
        fc.pre(parsed.fault?.code !== "dag/unreadable-function"); // no function at all
        const head = usualHead(each);

        if (head !== undefined)
          expect(parsed).toEqual({
            dependencies: head.keys.map((name) => ({ name, required: true })),
            usesContext: head.usesContext,
            isDestructured: true,
          });
      }),
      { numRuns: 500 },
    );
  });
});
