import { parseSync } from "oxc-parser";
import { describe, expect, test } from "vitest";
import { normalForm } from "./normal-form.ts";
import type { SyntaxNode } from "./syntax.ts";

function formOf(code: string): string {
  const { program, errors } = parseSync("code.ts", code, {
    astType: "ts",
    preserveParens: false,
    sourceType: "module",
  });
  expect(errors).toEqual([]);
  return normalForm(program as unknown as SyntaxNode);
}

describe("normalForm", () => {
  test.each([
    ["formatting", "const f=(a)=>a+1", "const f = (\n  a,\n) => a + 1;"],
    ["comments", "f(a);", "/** sums */ f(/* here */ a); // there"],
    ["parentheses", "const a = (b + (c * d));", "const a = b + c * d;"],
    ["quotes and number forms", "f('a', 0x10, 1_000);", 'f("a", 16, 1000);'],
    ["annotations", "const f = (a, b) => a;", "const f = <T>(a: T, b?: string): T | number => a;"],
    ["casts", "f(a);", "f(a as B); type B = 1;".replace(" type B = 1;", "")],
    ["assertions", "a.b.c;", "a!.b!.c;"],
    ["satisfies and const", "f([1]);", "f([1] as const satisfies number[]);"],
    [
      "types and interfaces between",
      "const a = 1;",
      "type A = 1; interface B {} declare const c: A; const a = 1;",
    ],
    ["type-only imports", "const a = 1;", 'import type { B } from "b"; const a = 1;'],
    [
      "overloads",
      "function f(a) {}",
      "function f(a: 1): 1; function f(a: 2): 2; function f(a: number) {}",
    ],
    [
      "modifiers of members",
      "class A { x = 1; m() {} }",
      "class A { private readonly x = 1; public m(): void {} declare y: 1; }",
    ],
    ["a type for this", "function f(a) {}", "function f(this: Window, a: 1) {}"],
  ])("does not see %s", (_, bare, dressed) => {
    expect(formOf(dressed)).toBe(formOf(bare));
  });

  test.each([
    ["an operator", "a + b;", "a - b;"],
    ["a literal", "f(1);", "f(2);"],
    ["a number and its text", "f(1);", 'f("1");'],
    ["a bigint and a number", "f(1n);", "f(1);"],
    ["flags of a pattern", "/a/g;", "/a/i;"],
    ["optional chaining", "a?.b;", "a.b;"],
    ["an optional call", "a?.();", "a();"],
    ["grouping", "a * (b + c);", "a * b + c;"],
    ["names of locals", "() => { const a = 1; };", "() => { const b = 1; };"],
    ["static members", "class A { static x = 1; }", "class A { x = 1; }"],
    ["kinds of variables", "let a = 1;", "const a = 1;"],
    ["async", "async () => a;", "() => a;"],
    ["raw text of templates", "f`\\n`;", "f`\n`;"],
    ["computed keys", "({ [a]: 1 });", "({ a: 1 });"],
    ["an empty element", "[, a];", "[a];"],
    ["await and its absence", "async () => { await a; };", "async () => { a; };"],
    ["order of arguments", "f(a, b);", "f(b, a);"],
  ])("sees %s", (_, a, b) => {
    expect(formOf(a)).not.toBe(formOf(b));
  });
});
