import { describe, expect, test } from "vitest";
import type { Fn } from "../typed/module-types.ts";
import { readManyParameters, readParameters } from "./parameters.ts";

/** Functions of every kind; their types do not matter here. */
type Loose = Readonly<Record<string, unknown>>;

function namesOf(fn: Fn): readonly string[] {
  const { dependencies, fault } = readParameters(fn);
  expect(fault).toBeUndefined();
  return dependencies.map(({ name, required }) => (required ? name : `${name}?`));
}

const methods: Readonly<Record<"method" | "later" | "many", Fn>> = {
  method({ a, b = 1 }: Loose) {
    return [a, b];
  },
  async later({ a }: Loose) {
    return await Promise.resolve(a);
  },
  *many({ a }: Loose) {
    yield a;
  },
};

describe("readParameters", () => {
  test.each<[string, Fn, readonly string[]]>([
    ["an arrow function", ({ a, b }: Loose) => [a, b], ["a", "b"]],
    ["an async arrow function", async ({ a }: Loose) => await Promise.resolve(a), ["a"]],
    ["defaults", ({ a = { x: [1] }, b = (c: Loose) => c }: Loose) => [a, b], ["a?", "b?"]],
    ["another local name", ({ a: x, "b-c": y = 2 }: Loose) => [x, y], ["a", "b-c?"]],
    [
      "patterns inside",
      ({ a: { x }, b: [y] = [] }: { a: Loose; b?: number[] }) => [x, y],
      ["a", "b?"],
    ],
    ["a default for all", ({ a }: Loose = {}) => a, ["a?"]],
    ["no parameter", () => 1, []],
    ["an unused parameter", (_deps: Loose) => 1, []],
    ["a method", methods.method, ["a", "b?"]],
    ["an async method", methods.later, ["a"]],
    ["a generator", methods.many, ["a"]],
    ["a function that says { and ) in text", ({ a = "})" }: Loose) => `${String(a)}({`, ["a?"]],
  ])("reads the keys of %s", (_, fn, names) => {
    expect(namesOf(fn)).toEqual(names);
  });

  test("reads a function declaration", () => {
    function declared({ a }: Loose): unknown {
      return a;
    }

    expect(namesOf(declared)).toEqual(["a"]);
  });

  test("tells whether the context is used", () => {
    expect(readParameters(({ a }: Loose) => a).usesContext).toBe(false);
    expect(readParameters(({ a }: Loose, { signal }: Loose) => [a, signal]).usesContext).toBe(true);
    expect(readParameters((_: Loose, context: Loose) => context).usesContext).toBe(true);
  });

  test.each<[string, Fn, string, string]>([
    ["positional parameters", (a: number) => a, "dag/positional-parameter", "(a)"],
    [
      "many of them",
      (a: number, b = 1, c = 2) => [a, b, c],
      "dag/positional-parameter",
      "(a, b, c)",
    ],
    ["a list", ([a]: number[]) => a, "dag/positional-parameter", "(…)"],
    ["rest parameters", (...all: number[]) => all, "dag/positional-parameter", "(…)"],
    [
      "a rest of keys",
      ({ a, ...rest }: Loose) => [a, rest],
      "dag/rest-parameter",
      "not known by name",
    ],
    [
      "a computed key",
      ({ [Symbol.iterator]: c }: Iterable<unknown>) => c,
      "dag/computed-parameter",
      "computed name",
    ],
    ["a bound function", methods.method.bind(undefined), "dag/unreadable-function", "native"],
    ["a native function", Math.max, "dag/unreadable-function", "native"],
  ])("refuses %s, with a fix", (_, fn, code, message) => {
    const { fault } = readParameters(fn);

    expect(fault?.code).toBe(code);
    expect(fault?.message).toContain(message);
    expect(fault?.fix).not.toBe("");
  });
});

describe("readManyParameters", () => {
  const arrows = Array.from({ length: 150 }, (_, i): Fn =>
    i % 2 === 0 ? ({ a, b = i }: Loose) => [a, b] : ({ c }: Loose, _context: unknown) => c,
  );

  test.each<[string, readonly Fn[]]>([
    ["many batches", arrows],
    ["methods, which are no expressions", [arrows[0] ?? Math.max, methods.method, methods.later]],
    ["native functions", [...arrows, Math.max, methods.many]],
    ["nothing", []],
  ])("reads what readParameters does: %s", (_, fns) => {
    const read = readManyParameters(fns);

    expect([...read.keys()]).toEqual(fns);
    for (const fn of fns) expect(read.get(fn)).toEqual(readParameters(fn));
  });
});
