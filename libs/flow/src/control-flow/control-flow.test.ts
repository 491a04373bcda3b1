import { describe, expect, test } from "vitest";
import { controlFlowProblems } from "./control-flow.ts";

type Any = never;
const outputs = new Set(["score", "rows"]);
const train = (): { readonly score: number } => ({ score: 1 });

// the functions below are what an author could write in JavaScript; they are read, never run
const wrong: readonly (readonly [string, (from: Any) => unknown, number])[] = [
  [
    "if",
    ({ params }: { params: { a: boolean } }) => {
      if (params.a) train();
    },
    1,
  ],
  ["?:", ({ params }: { params: { a: boolean } }) => (params.a ? train() : 0), 1],
  ["&&", ({ params }: { params: { a: boolean } }) => params.a && train(), 1],
  ["??", ({ params }: { params: { a?: string } }) => params.a ?? "x", 1],
  [
    "!",
    ({ params }: { params: { a: boolean } }) => {
      if (!params.a) train();
    },
    1,
  ],
  [
    "both sides of a test",
    ({ p }: { p: { a: boolean; b: boolean } }) => {
      if (p.a || p.b) train();
    },
    2,
  ],
  [
    "Boolean()",
    ({ params }: { params: { a: boolean } }) => {
      if (Boolean(params.a)) train(); // oxlint-disable-line no-extra-boolean-cast, typescript/no-unnecessary-type-conversion
    },
    1,
  ],
  ["===", ({ params }: { params: { a: string } }) => params.a === "x", 1],
  ["<", ({ params }: { params: { a: number } }) => 3 < params.a, 1],
  ["typeof", ({ params }: { params: { a: unknown } }) => typeof params.a, 1],
  [
    "switch",
    ({ params }: { params: { a: string } }) => {
      switch (params.a) {
        default:
          train();
      }
    },
    1,
  ],
  [
    "while",
    ({ params }: { params: { a: boolean } }) => {
      while (params.a) train();
    },
    1,
  ],
  [
    "for of",
    ({ params }: { params: { a: string[] } }) => {
      for (const _ of params.a) train();
    },
    1,
  ],
  [
    "a config",
    ({ config: { training } }: { config: { training: { a: boolean } } }) => training.a && 1,
    1,
  ],
  [
    "an alias",
    ({ params }: { params: { a: boolean } }) => {
      const { a } = params;
      if (a) train();
    },
    1,
  ],
  [
    "an output",
    () => {
      const { score } = train();
      if (score) train();
    },
    1,
  ],
  [
    "an output of a result",
    () => {
      const result = train();
      return result.score > 1;
    },
    1,
  ],
  [
    "an inner function",
    ({ params }: { params: { a: boolean } }) => [1].map(() => params.a && 1),
    1,
  ],
  [
    "a method",
    {
      run(this: void, { params }: { params: { a: boolean } }) {
        return params.a && 1;
      },
    }.run,
    1,
  ],
  [
    "a function",
    function run(this: void, { params }: { params: { a: boolean } }) {
      return params.a && 1;
    },
    1,
  ],
  [
    "two places",
    ({ p }: { p: { a: boolean } }) => {
      if (p.a) train();
      return p.a && 1;
    },
    2,
  ],
];

const flag = true;
const right: readonly (readonly [string, (from: Any) => unknown])[] = [
  ["constants", () => (flag ? train() : 0)],
  [
    "a shadowing name",
    ({ params }: { params: unknown }) => [params, [1].map((params) => params > 0 && params)],
  ],
  [
    "a shadowing variable",
    ({ a }: { a: unknown }) => {
      {
        const a = 1;
        if (a > 0) train();
      }
      return a;
    },
  ],
  [
    "a field of a result that is no output",
    () => {
      const r = { size: 1 };
      return r.size > 0;
    },
  ],
  ["passing it on", ({ params }: { params: { a: boolean } }) => ({ b: params.a, ...params })],
  ["what has no text", Math.max.bind(undefined, 1)],
];

describe("controlFlowProblems", () => {
  test.each(wrong)("finds a reference in %s", (_, run, count) => {
    const problems = controlFlowProblems(run, outputs);

    expect(problems.map(({ code }) => code)).toEqual(Array(count).fill("flow/control-flow"));
  });

  test.each(right)("lets %s be", (_, run) => {
    expect(controlFlowProblems(run, outputs)).toEqual([]);
  });

  test("says the name, the line of the function and the way out", () => {
    const run = ({ params }: { params: { isFinal: boolean } }): unknown => {
      const other = 1;
      return params.isFinal ? train() : other;
    };

    expect(controlFlowProblems(run, outputs)).toEqual([
      {
        code: "flow/control-flow",
        message:
          'it branches on "params.isFinal", a reference: its value is not known when the flow is built',
        fix: "let a graph choose with choose(…), or decide inside a node",
        line: 3,
      },
    ]);
  });
});
