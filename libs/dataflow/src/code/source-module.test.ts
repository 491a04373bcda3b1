import { describe, expect, test } from "vitest";
import { SourceSyntaxError } from "../errors.ts";
import { parseModule, type SourceModule } from "./source-module.ts";

function read(text: string): SourceModule {
  return parseModule("/a.ts", text);
}

describe("parseModule", () => {
  test.each<[string, string, readonly string[]]>([
    ["variables", "const a = 1, b = 2; let c; var d;", ["a", "b", "c", "d"]],
    ["patterns", "const { a, b: { c = 1 }, ...d } = x, [e, , f] = y;", ["a", "c", "d", "e", "f"]],
    ["functions and classes", "function a() {} class B {} async function* c() {}", ["a", "B", "c"]],
    ["enums", "enum A { X }", ["A"]],
    ["the default export, named or not", "export default function a() {}", ["a"]],
    ["no types", "type A = 1; interface B {} declare const c: 1; declare function d(): 1;", []],
  ])("finds the names of %s", (_, text, names) => {
    expect([...read(text).bindings.keys()]).toEqual(names);
  });

  test.each<[string, string, Readonly<Record<string, unknown>>]>([
    ["declarations", "export const a = 1; export function b() {}", { a: "a", b: "b" }],
    ["patterns", "export const { a, b: c } = x;", { a: "a", c: "c" }],
    [
      "lists, under other names too",
      'const a = 1; export { a, a as b, a as "c d" };',
      { a: "a", b: "a", "c d": "a" },
    ],
    [
      "other modules",
      'export { a, b as c } from "./b.ts";',
      { a: { from: "./b.ts", name: "a" }, c: { from: "./b.ts", name: "b" } },
    ],
    [
      "whole modules under a name",
      'export * as ns from "./b.ts";',
      { ns: { from: "./b.ts", name: "*" } },
    ],
    ["a default expression", "export default 1 + 1;", { default: "*default*" }],
    ["a default function", "export default function a() {}", { default: "a" }],
    [
      "no types",
      "export type A = 1; export interface B {} type C = 1; export { type C }; export type { D } from './d.ts';",
      {},
    ],
  ])("finds exports of %s", (_, text, exports) => {
    expect(Object.fromEntries(read(text).exports)).toEqual(exports);
  });

  test("finds imports by local name, types apart", () => {
    const text = `import a, { b, c as d, type E } from "./x.ts";
import * as f from "pkg";
import type { G } from "./g.ts";
import "./effect.ts";`;

    expect(Object.fromEntries(read(text).imports)).toEqual({
      a: { from: "./x.ts", name: "default" },
      b: { from: "./x.ts", name: "b" },
      d: { from: "./x.ts", name: "c" },
      f: { from: "pkg", name: "*" },
    });
  });

  test("keeps what is passed on, and statements that declare nothing", () => {
    const module = read(
      'export * from "./b.ts"; const a = []; a.push(1); if (a) a.pop(); type T = 1;',
    );

    expect(module.stars).toEqual(["./b.ts"]);
    expect(module.effects.map(({ type }) => type)).toEqual(["ExpressionStatement", "IfStatement"]);
  });

  test("keeps every declaration of a name, and the first statement", () => {
    const { bindings, text } = read("export enum A { X }\nenum A { Y = 1 }");
    const found = bindings.get("A");

    expect(found?.declarations).toHaveLength(2);
    expect(text.slice(found?.statement.start, found?.statement.end)).toBe("export enum A { X }");
  });

  test("reads JavaScript and JSX by the name of the file", () => {
    expect([...parseModule("/a.mjs", "export const a = 1;").exports.keys()]).toEqual(["a"]);
    expect([...parseModule("/a.tsx", "export const a = <b />;").exports.keys()]).toEqual(["a"]);
    expect(() => parseModule("/a.js", "const a: number = 1;")).toThrow(SourceSyntaxError);
  });

  test("says on which line the syntax is wrong", () => {
    const parse = (): unknown => read("const a = 1;\n\nconst = 2;");

    expect(parse).toThrow(SourceSyntaxError);
    expect(parse).toThrow(/^\/a\.ts:3: /);
  });
});
