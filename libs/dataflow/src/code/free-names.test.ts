import { parseSync } from "oxc-parser";
import { describe, expect, test } from "vitest";
import { freeNames } from "./free-names.ts";
import type { SyntaxNode } from "./syntax.ts";

function freeIn(code: string): readonly string[] {
  const { program, errors } = parseSync("code.tsx", code, { astType: "ts", preserveParens: false });
  expect(errors).toEqual([]);
  return [...freeNames(program.body[0] as unknown as SyntaxNode)].toSorted();
}

describe("freeNames", () => {
  test.each([
    ["what a function refers to", "const f = () => a + b.c + d[e];", ["a", "b", "d", "e", "f"]],
    ["not parameters", "const f = ({ a, b: [c], d = x, ...r }) => a + c + d + r;", ["f", "x"]],
    ["not locals", "function f() { const a = 1; let { b } = a; return a + b + c; }", ["c"]],
    ["not hoisted functions", "function f() { return g(); function g() { return a; } }", ["a"]],
    ["not hoisted variables", "function f() { a = 1; if (b) { for (var a of c) {} } }", ["b", "c"]],
    ["a name before and outside its block", "function f() { { const a = 1; } return a; }", ["a"]],
    ["a name that a sibling function declares", "function f() { { function a() {} } a(); }", ["a"]],
    [
      "what defaults see: parameters, not the body",
      "function f(a, b = a, c = d) { var d = 1; return b + c + d; }",
      ["d"],
    ],
    ["a shadowed name only outside the shadow", "const f = () => [((a) => a)(1), a];", ["a", "f"]],
    ["not the own name of an expression", "const f = function g() { return g; };", ["f"]],
    ["not arguments", "function f() { return arguments.length; }", []],
    ["arguments in an arrow at the top", "const f = () => arguments;", ["arguments", "f"]],
    [
      "not names of properties",
      "const f = { a: b, c, [d]: 1, e() { return g; } };",
      ["b", "c", "d", "f", "g"],
    ],
    ["not labels", "function f() { a: for (;;) { if (b) break a; else continue a; } }", ["b"]],
    ["not what catch binds", "function f() { try { a(); } catch ({ b }) { b(c); } }", ["a", "c"]],
    [
      "not loop variables",
      "function f() { for (const a of b) a(); for (let i = 0; i < n; i++) i; }",
      ["b", "n"],
    ],
    [
      "not names in a switch",
      "function f() { switch (a) { case b: const c = 1; default: c; } }",
      ["a", "b"],
    ],
    [
      "in classes what is used, not members",
      "class A extends B { static x = C; y = D; #z = 1; m() { return this.#z + E + A; } static { F(); } }",
      ["B", "C", "D", "E", "F"],
    ],
    [
      "nothing in types",
      "const f = <T extends X>(a: A<B>): C => a as D satisfies E<typeof F>;",
      ["f"],
    ],
    ["not this as a parameter", "function f(this: A, b: B) { return b; }", []],
    ["what an enum refers to", "enum A { x = b, y = x }", ["b"]],
    ["what templates and tags use", "const f = () => a`${b}`;", ["a", "b", "f"]],
    ["components, not elements", "const f = () => <A.B c={d}><div e /></A.B>;", ["A", "d", "f"]],
    ["a dynamic import", 'const f = async () => await import("./a.ts");', ["f", "import ./a.ts"]],
    ["not import.meta", "const f = () => import.meta.url;", ["f"]],
    [
      "assignments to what is outside",
      "function f() { count += 1; ({ x: other } = y); }",
      ["count", "other", "y"],
    ],
  ])("finds %s", (_, code, names) => {
    expect(freeIn(code)).toEqual(names);
  });
});
