import { type Expression, parseSync, type VariableDeclaration } from "oxc-parser";
import { describe, expect, test } from "vitest";
import { Scope } from "./scope.ts";

function expression(text: string): Expression {
  const [statement] = parseSync("x.js", `(${text})`, { preserveParens: false }).program.body;
  if (statement?.type !== "ExpressionStatement") throw new Error(`no expression: ${text}`);
  return statement.expression;
}

function declarator(text: string): VariableDeclaration["declarations"][number] {
  const [statement] = parseSync("x.js", text).program.body;
  const first = statement?.type === "VariableDeclaration" ? statement.declarations[0] : undefined;
  if (first === undefined) throw new Error(`no declaration: ${text}`);
  return first;
}

function scopeOf(...declarations: readonly string[]): Scope {
  const scope = new Scope(new Set(["rows", "score"]));
  scope.declare(declarator("let { params, config: { training } } = x").id, "reference");
  for (const text of declarations) {
    const { id, init } = declarator(text);
    scope.assign(id, init);
  }
  return scope;
}

describe("Scope", () => {
  test.each(["params", "training", "params.a.b", "params['a']", "params?.a", "(params).a"])(
    "knows %s for a reference",
    (text) => {
      expect(scopeOf().isReference(expression(text))).toBe(true);
    },
  );

  test.each(["config", "other", "other.params", "call(params)", "'params'", "params + 1"])(
    "knows %s for something else",
    (text) => {
      expect(scopeOf().isReference(expression(text))).toBe(false);
    },
  );

  test.each([
    ["let { a, b: { c } } = params", ["a", "c"], ["b"]],
    ["let [d, ...e] = params.list", ["d", "e"], []],
    ["let { f = 1, ...g } = params", ["f", "g"], []],
    ["let h = params.x", ["h"], []],
    ["let { rows, other } = prepare(1)", ["rows"], ["other"]],
    ["let { score: s } = train()", ["s"], ["score"]],
    ["let i = 1", [], ["i"]],
    ["let j", [], ["j"]],
  ])("follows %s", (text, references, others) => {
    const scope = scopeOf(text);

    for (const name of references) expect(scope.isReference(expression(name))).toBe(true);
    for (const name of others) expect(scope.isReference(expression(name))).toBe(false);
  });

  test("takes an output of a result for a reference, and no other field of it", () => {
    const scope = scopeOf("let made = train()");

    expect(scope.isReference(expression("made.score"))).toBe(true);
    expect(scope.isReference(expression("made.score.deep"))).toBe(true);
    expect(scope.isReference(expression("made.length"))).toBe(false);
    expect(scope.isReference(expression("made"))).toBe(false);
  });

  test("lets an inner name hide an outer one, and leaves the outer one alone", () => {
    const outer = scopeOf();
    const inner = outer.inner();
    inner.declare(declarator("let params = 1").id, "plain");

    expect(inner.isReference(expression("params"))).toBe(false);
    expect(inner.isReference(expression("training"))).toBe(true);
    expect(outer.isReference(expression("params"))).toBe(true);
  });
});
