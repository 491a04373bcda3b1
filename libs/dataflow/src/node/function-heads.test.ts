import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Fn } from "../typed/module-types.ts";
import { headOf } from "./function-heads.ts";
import { readManyParameters, readParameters } from "./parameters.ts";

/** What a function takes may say anything that its body says. */
type Loose = Readonly<Record<string, unknown>>;

describe("headOf", () => {
  test.each([
    ["({ a, b }) => a + b", "({ a, b }) =>0"],
    ["async ({ a }) => { await a; }", "async ({ a }) =>0"],
    ["({ a }) => (b) => a", "({ a }) =>0"],
    ["function f({ a }) { return { a }; }", "function f({ a }) {}"],
    [
      "async function* f({ a = {} }, { signal }) {\n}",
      "async function* f({ a = {} }, { signal }) {}",
    ],
    ["function ({ a = (1) }) {}", "function ({ a = (1) }) {}"],
  ])("cuts %s", (text, head) => {
    expect(headOf(text)).toBe(head);
  });

  test.each(["method({ a }) { return a; }", "class A {}", "async method() {}", String(Math.max)])(
    "knows nothing of %s",
    (text) => {
      expect(headOf(text)).toBeUndefined();
    },
  );
});

describe("reading from heads", () => {
  /* oxlint-disable func-style -- declarations are what is read here */
  const misleading: readonly Fn[] = [
    ({ a = "=>", b }: Loose) => [a, b],
    ({ a = (x: number) => x, b }: Loose) => [a, b],
    ({ a = "/*", b = "*/" }: Loose) => [a, b],
    ({ a /* => ({ c }) */, b }: Loose) => [a, b],
    // a comment that runs to the end of its line
    ({
      a, // => ({ c
      b,
    }: Loose) => [a, b],
    function named({ a = { x: () => ({ y: 1 }) } }: Loose) {
      return a;
    },
    ({ a = "`", b = "${`" }: Loose) => [a, b],
    ({ "ключ 😀": a, b }: Loose) => [a, b],
    async function later({ a = [1] }: Loose, { signal }: Loose) {
      return await Promise.resolve([a, signal]);
    },
    ({ a = '"),(', b = ")],[(" }: Loose) => [a, b],
  ];
  /* oxlint-enable func-style */

  test("reads what the whole texts say, in any company", () => {
    const any = fc.array(
      fc.constantFrom(...misleading, (a: Loose) => a, Math.max),
      {
        minLength: 1,
        maxLength: 80,
      },
    );
    fc.assert(
      fc.property(any, (fns) => {
        const read = readManyParameters(fns);

        for (const fn of fns) expect(read.get(fn)).toEqual(readParameters(fn));
      }),
    );
  });
});
