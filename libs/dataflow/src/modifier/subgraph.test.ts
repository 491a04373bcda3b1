import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { codeVersions } from "../code/code-versions.ts";
import { memoryHost } from "../code/memory-host.ts";
import { nodeLocations } from "../code/node-locations.ts";
import { byExport, describeGraph } from "../graph/describe-graph.ts";
import { graph, graphFrom } from "../graph/graph.ts";
import type { InputsFor } from "../typed/input-types.ts";
import { bind, value } from "./bind.ts";
import { choose } from "./choose.ts";
import { fields } from "./fields.ts";
import { node } from "./node.ts";
import { subgraph } from "./subgraph.ts";

const split = ({ rows, ratio = 0.5 }: { rows: readonly number[]; ratio?: number }) => ({
  trainRows: rows.slice(0, Math.round(rows.length * ratio)),
  testRows: rows.slice(Math.round(rows.length * ratio)),
});
const { trainRows, testRows } = fields(split);
const splitting = {
  trainRows,
  testRows,
  score: choose("mode", {
    fast: ({ testRows }: { testRows: readonly number[] }) => testRows.length,
    exact: ({ testRows, weight }: { testRows: readonly number[]; weight: number }) =>
      testRows.length * weight,
  }),
};

const left = subgraph([splitting], {
  namespace: "left",
  inputs: { rows: "leftRows", ratio: value(0.75) },
  config: { mode: "fast" },
});
const right = subgraph(splitting, { namespace: "right", config: { mode: "exact" } });
const both = {
  leftScore: left.score,
  rightScore: right.score,
  sum: ({ leftScore, rightScore }: { leftScore: number; rightScore: number }) =>
    leftScore + rightScore,
};

function wiring(modules: readonly object[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    graphFrom(modules).nodes.map(({ name, dependencies }) => [
      name,
      dependencies.map((each) => (each.required ? each.name : `${each.name}?`)),
    ]),
  );
}

describe("subgraph", () => {
  test("puts the nodes of its modules under a namespace, with inputs and choices of its own", () => {
    expect(wiring([{ leftScore: left.score }])).toEqual({
      leftScore: ["left.score"],
      "left.score": ["left.testRows"],
      "left.testRows": ["left.{ testRows, trainRows }"],
      "left.trainRows": ["left.{ testRows, trainRows }"],
      "left.{ testRows, trainRows }": ["leftRows"],
    });
  });

  test("stands in one graph as often as one likes", async () => {
    const plan = graph(both).plan("sum", "leftScore");

    expect(await plan.run({ leftRows: [1, 2, 3, 4], rows: [1, 2, 3, 4], weight: 10 })).toEqual({
      sum: 21,
      leftScore: 1,
    });
    expect(plan.runSync({ leftRows: [1], rows: [1, 2], weight: 2 }).sum).toBe(2);
  });

  test("leaves open what is not chosen, under the name of the outer graph", async () => {
    const { score } = subgraph(splitting, { namespace: "part", inputs: { mode: "partMode" } });
    const built = graphFrom([{ score }]);

    expect(built.inputs.find(({ name }) => name === "partMode")?.choice?.values).toEqual([
      "fast",
      "exact",
    ]);
    expect(await built.plan(["score"]).run({ rows: [1, 2], partMode: "fast" })).toEqual({
      score: 1,
    });
    expect(built.plan(["score"], { partMode: "fast" }).inputs.map(({ name }) => name)).toEqual([
      "rows",
      "ratio",
    ]);
  });

  test("gives inner nodes to who asks by their names", async () => {
    const plan = graphFrom([both]).plan(["left.trainRows", "right.testRows"]);

    expect(await plan.run({ leftRows: [1, 2, 3, 4], rows: [5, 6] })).toEqual({
      "left.trainRows": [1, 2, 3],
      "right.testRows": [6],
    });
  });

  test("nests", async () => {
    const inner = { half: left.score, twice: ({ half }: { half: number }) => half * 2 };
    const { twice } = subgraph([inner], { namespace: "outer", inputs: { leftRows: "data" } });
    const built = graphFrom([{ twice }]);

    expect(built.nodes.map(({ name }) => name)).toContain("outer.left.testRows");
    expect(built.upstream("outer.left.testRows")).toContain("data");
    expect(await built.plan(["twice"]).run({ data: [1, 2, 3, 4] })).toEqual({ twice: 2 });
  });

  test("runs as one function when called, or inside bind", async () => {
    const bound = bind(left.score, { leftRows: "numbers" });
    const rightBound = bind(right.score, { weight: value(3) });

    expect(await left.score({ leftRows: [1, 2, 3, 4] })).toBe(1);
    expect(wiring([{ bound }])).toEqual({ bound: ["numbers"] });
    expect(
      await graph({ bound, rightBound })
        .plan("bound", "rightBound")
        .run({ numbers: [1, 2, 3, 4], rows: [1, 2] }),
    ).toEqual({ bound: 1, rightBound: 3 });
  });

  test("keeps an open choice open inside bind", async () => {
    const { score } = subgraph(splitting, { namespace: "part" });
    const built = graphFrom([{ bound: bind(score, { mode: "how", rows: "data" }) }]);

    expect(await built.plan(["bound"]).run({ how: "fast", data: [1, 2, 3, 4] })).toEqual({
      bound: 2,
    });
    expect(built.plan(["bound"], { how: "fast" }).inputs.map(({ name }) => name)).toEqual([
      "data",
      "ratio",
    ]);
    expect(await built.plan(["bound"], { how: "fast" }).run({ data: [1, 2] })).toEqual({
      bound: 1,
    });
  });

  test("types what is needed and what is made", () => {
    expectTypeOf(left.score).parameter(0).toEqualTypeOf<{ leftRows: readonly number[] }>();
    expectTypeOf(right.score).parameter(0).toEqualTypeOf<{
      rows: readonly number[];
      ratio?: number;
      weight: number;
    }>();
    expectTypeOf(left.trainRows).returns.resolves.toEqualTypeOf<number[]>();
    expectTypeOf<InputsFor<typeof both, "sum">>().toEqualTypeOf<{
      leftRows: readonly number[];
      rows: readonly number[];
      ratio?: number;
      weight: number;
    }>();
  });

  test.each<[string, object, string]>([
    [
      "an input that it does not take",
      { inputs: { rowz: "x" } },
      'subgraph "s" binds "rowz", which it does not take; did you mean "rows"?',
    ],
    [
      "a choice that it does not make",
      { config: { modes: "fast" } },
      'subgraph "s" chooses "modes", by which none of its nodes chooses; did you mean "mode"?',
    ],
    [
      "a value without a branch",
      { config: { mode: "fasts" } },
      'subgraph "s" chooses "mode" to be "fasts", which has no branch; did you mean "fast"?',
    ],
  ])("refuses %s", (_, options, message) => {
    const { score } = subgraph(splitting as object, { namespace: "s", ...options }) as {
      score?: never;
    };

    expect(() => graphFrom([{ score }])).toThrow(message);
  });

  test("refuses one namespace for two, naming both places", () => {
    const again = subgraph(splitting, { namespace: "left" });

    expect(() =>
      graphFrom([both, { other: again.score }], { moduleNames: ["both", "more"] }),
    ).toThrow(
      'namespace "left" is used by two subgraphs, those of "leftScore" of both and of "other" of more',
    );
  });

  test("tells of what is wrong inside, and of inputs of nested ones", () => {
    const twice = [splitting, { score: () => 1 }];
    const options: object = { namespace: "in", inputs: { x: "y" } };
    const bad = subgraph(splitting as object, options as { namespace: string });

    expect(() =>
      graphFrom([{ a: (subgraph(twice, { namespace: "n" }) as typeof left).score }]),
    ).toThrow('in subgraph "n": node "score" is made by module 1 and by module 2');
    expect(() => graphFrom([{ a: subgraph([bad2(bad)], { namespace: "out" }).score }])).toThrow(
      'subgraph "in" binds "x"',
    );
  });
  const bad2 = (nodes: object) => ({ score: (nodes as typeof left).score });

  test("refuses modules that contain themselves", () => {
    const self: Record<string, unknown> = {};
    Object.assign(self, { a: (subgraph(self, { namespace: "again" }) as typeof left).score });

    expect(() => graphFrom([self])).toThrow('subgraph "again" is a part of itself (dag/cycle)');
  });

  test("has the code version and the place of the export that leads to it", () => {
    const describe = (half: string) => {
      const host = memoryHost({
        "/splitting.ts": half,
        "/main.ts":
          'import { subgraph } from "@weirflow/dataflow";\nimport * as splitting from "./splitting.ts";\n' +
          'export const { half } = subgraph([splitting], { namespace: "left" });',
      });
      const entries = ["/main.ts"];
      return describeGraph(graphFrom([{ half: halving.half }], { moduleNames: ["main"] }), {
        codeVersionOf: byExport(entries, codeVersions({ entries, host })),
        sourceOf: byExport(entries, nodeLocations({ entries, host })),
      }).nodes.find(({ name }) => name === "left.half");
    };
    const halving = subgraph([{ half: ({ rows }: { rows: number }) => rows / 2 }], {
      namespace: "left",
    });
    const written = describe("export const half = ({ rows }) => rows / 2;");

    expect(written).toMatchObject({ module: "main", file: "/main.ts", line: 3 });
    expect(written?.codeVersion).toMatch(/^[0-9a-f]{64}$/);
    expect(describe("export const half = ({ rows }) => rows * 0.5;")?.codeVersion).not.toBe(
      written?.codeVersion,
    );
  });

  test("builds the same graph each time, and gives what calling by hand does", async () => {
    const steps = { next: ({ x, by = 1 }: { x: number; by?: number }) => x + by };
    const nest = (levels: readonly { by: number; tagged: boolean }[]): object =>
      levels.reduce<object>((inner, { by, tagged }, i) => {
        const { next } = subgraph(inner as typeof steps, {
          namespace: `n${i}`,
          inputs: { by: value(by) },
        });
        const own = ({ next: before, by: more = by }: { next: number; by?: number }) =>
          before + more;
        const renamed = bind(own, { next: "before" });
        return { before: tagged ? node(next, { tags: { level: `${i}` } }) : next, next: renamed };
      }, steps);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ by: fc.integer(), tagged: fc.boolean() }), { maxLength: 5 }),
        fc.integer(),
        async (levels, x) => {
          const one = graphFrom([nest(levels)]);
          const expected = levels.reduce((sum, { by }) => sum + by, x) + (levels.at(-1)?.by ?? 1);

          expect(describeGraph(graphFrom([nest(levels)]))).toEqual(describeGraph(one));
          expect(await one.plan(["next"]).run({ x })).toEqual({ next: expected });
        },
      ),
    );
  });
});
