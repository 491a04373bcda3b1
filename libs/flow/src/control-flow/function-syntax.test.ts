import { describe, expect, test } from "vitest";
import { functionSyntax, lineAt } from "./function-syntax.ts";

const holder = {
  method(this: void): number {
    return 1;
  },
  async later(this: void): Promise<number> {
    return await Promise.resolve(1);
  },
  "quoted name"(this: void): number {
    return 1;
  },
};

describe("functionSyntax", () => {
  test.each([
    ["an arrow function", () => 1, "ArrowFunctionExpression"],
    ["an async arrow function", async () => await Promise.resolve(1), "ArrowFunctionExpression"],
    [
      "a function",
      function named() {
        return 1;
      },
      "FunctionExpression",
    ],
    ["a method", holder.method, "FunctionExpression"],
    ["an async method", holder.later, "FunctionExpression"],
    ["a quoted method", holder["quoted name"], "FunctionExpression"],
  ])("reads %s", (_, fn, type) => {
    expect(functionSyntax(fn)?.node.type).toBe(type);
  });

  test("has none for what is native or bound", () => {
    expect(functionSyntax(Math.max)).toBe(undefined);
    expect(functionSyntax(Math.min.bind(undefined, 1))).toBe(undefined);
  });
});

describe("lineAt", () => {
  test("counts from the first line of the function", () => {
    const syntax = functionSyntax(() => {
      const first = 1;
      return first;
    });
    const position = syntax?.text.indexOf("return") ?? 0;

    expect(syntax === undefined ? 0 : lineAt(syntax, position)).toBe(3);
  });
});
