import { parseSync } from "oxc-parser";
import { describe, expect, test } from "vitest";
import { blockNames, patternNames, varNames } from "./declared-names.ts";
import { childOf, listOf, type SyntaxNode } from "./syntax.ts";

function statements(code: string): readonly SyntaxNode[] {
  const { program, errors } = parseSync("code.ts", code, { astType: "ts", sourceType: "module" });
  expect(errors).toEqual([]);
  return program.body as unknown as readonly SyntaxNode[];
}

describe("patternNames", () => {
  test.each<[string, readonly string[]]>([
    ["a", ["a"]],
    ["{ a, b: c, d = e, ...f }", ["a", "c", "d", "f"]],
    ["[a, , [b], ...c]", ["a", "b", "c"]],
    ["{ a: { b: [{ c }] } }", ["c"]],
    ["{ [computed]: a }", ["a"]],
    ["{}", []],
  ])("finds what %s binds", (pattern, names) => {
    const [statement] = statements(`const ${pattern} = x;`);
    const [declarator] = statement === undefined ? [] : listOf(statement, "declarations");

    expect(patternNames(declarator && childOf(declarator, "id"))).toEqual(names);
  });

  test("finds nothing in nothing", () => {
    expect(patternNames(undefined)).toEqual([]);
  });
});

describe("blockNames", () => {
  test("finds what a block keeps to itself, and not what it passes up", () => {
    const code = `let a; const { b } = x; class C {} function d() {} var e; enum F { G }
      { let inner; } type H = 1; declare let i: 1; j();`;

    expect(blockNames(statements(code))).toEqual(["a", "b", "C", "d", "F"]);
  });
});

describe("varNames", () => {
  test("finds variables however deep in blocks, and not those of functions inside", () => {
    const [outer] = statements(`function f() {
      var a;
      if (x) { var b = 1; for (var [c] of y) { try { var d; } catch { var e; } } }
      let no;
      function g() { var hidden; }
      const h = () => { var hiddenToo; };
      class K { static { var mine; } }
    }`);
    const body = outer && childOf(outer, "body");

    expect([...(body === undefined ? [] : varNames(body))].toSorted()).toEqual([
      "a",
      "b",
      "c",
      "d",
      "e",
    ]);
  });
});
