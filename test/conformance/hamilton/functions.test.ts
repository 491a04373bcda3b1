/** Functions become nodes: names, edges, optional needs, inputs, overrides, and what is refused. */
import { graphFrom } from "@weirflow/dataflow";
import { describe, expect, test } from "vitest";
import { needsOf, problemsOf } from "./graphs.ts";

/** The first example of Hamilton's documentation: marketing spend and signups. */
const marketing = {
  avgThreeWeekSpend: ({ spend }: { spend: readonly number[] }) =>
    spend.map((_, week) => (week < 2 ? Number.NaN : mean(spend.slice(week - 2, week + 1)))),
  spendPerSignup: ({ spend, signups }: { spend: readonly number[]; signups: readonly number[] }) =>
    spend.map((amount, week) => amount / (signups[week] ?? 0)),
  spendMean: ({ spend }: { spend: readonly number[] }) => mean(spend),
  spendZeroMean: ({ spend, spendMean }: { spend: readonly number[]; spendMean: number }) =>
    spend.map((amount) => amount - spendMean),
  spendStdDev: ({ spend, spendMean }: { spend: readonly number[]; spendMean: number }) =>
    Math.sqrt(
      spend.reduce((sum, amount) => sum + (amount - spendMean) ** 2, 0) / (spend.length - 1),
    ),
  spendZeroMeanUnitVariance: ({
    spendZeroMean,
    spendStdDev,
  }: {
    spendZeroMean: readonly number[];
    spendStdDev: number;
  }) => spendZeroMean.map((amount) => amount / spendStdDev),
};
const spend = [10, 10, 20, 40, 40, 50];
const signups = [1, 10, 50, 100, 200, 400];

function mean(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}

describe("functions as nodes", () => {
  test("are wired by the names of their parameters", () => {
    const graph = graphFrom([marketing]);

    expect(needsOf(graph)).toEqual({
      avgThreeWeekSpend: ["spend"],
      spendPerSignup: ["spend", "signups"],
      spendMean: ["spend"],
      spendZeroMean: ["spend", "spendMean"],
      spendStdDev: ["spend", "spendMean"],
      spendZeroMeanUnitVariance: ["spendZeroMean", "spendStdDev"],
    });
    expect(graph.inputs).toEqual([
      { name: "spend", required: true },
      { name: "signups", required: true },
    ]);
  });

  test("compute what is asked for, and only what that needs", async () => {
    const plan = graphFrom([marketing]).plan(["spendPerSignup", "spendZeroMeanUnitVariance"]);

    const { spendPerSignup, spendZeroMeanUnitVariance } = await plan.run({ spend, signups });

    expect(plan.nodes.map((node) => node.name)).not.toContain("avgThreeWeekSpend");
    expect(spendPerSignup).toEqual([10, 1, 0.4, 0.4, 0.2, 0.125]);
    // pandas: (spend - spend.mean()) / spend.std()
    const known = [-1.064405, -1.064405, -0.483821, 0.677349, 0.677349, 1.257934];
    for (const [week, value] of (spendZeroMeanUnitVariance as number[]).entries())
      expect(value).toBeCloseTo(known[week] ?? 0, 6);
  });

  test("may be replaced by values, and what is above them is then not computed", async () => {
    const plan = graphFrom([marketing]).plan(["spendZeroMean"]);

    expect(await plan.run({ spend: [1, 2] }, { overrides: { spendMean: 1 } })).toEqual({
      spendZeroMean: [0, 1],
    });
  });

  test("may have optional needs, which another module may make", async () => {
    const priced = {
      total: ({ net, rate = 0.2 }: { net: number; rate?: number }) => net * (1 + rate),
    };
    const rates = { rate: ({ country }: { country: string }) => (country === "CH" ? 0.08 : 0.19) };

    expect(needsOf(graphFrom([priced]))).toEqual({ total: ["net", "rate?"] });
    expect(await graphFrom([priced]).plan(["total"]).run({ net: 10 })).toEqual({ total: 12 });
    expect(await graphFrom([priced]).plan(["total"]).run({ net: 10, rate: 0.5 })).toEqual({
      total: 15,
    });
    expect(
      await graphFrom([priced, rates]).plan(["total"]).run({ net: 100, country: "CH" }),
    ).toEqual({ total: 108 });
  });

  test("whose names begin with an underscore are no nodes", () => {
    expect(Object.keys(needsOf(graphFrom([{ _half: () => 1, one: () => 1 }])))).toEqual(["one"]);
  });

  test("may be asynchronous", async () => {
    const fetched = {
      page: async ({ url }: { url: string }) => await Promise.resolve(`<${url}>`),
      length: ({ page }: { page: string }) => page.length,
    };

    expect(await graphFrom([fetched]).plan(["length"]).run({ url: "ab" })).toEqual({ length: 4 });
  });
});

describe("where Hamilton lets things pass, and Weirflow does not", () => {
  const graph = graphFrom([marketing]);

  test("an input that nothing takes", async () => {
    expect(
      await problemsOf(async () => await graph.plan(["spendMean"]).run({ spend, signup: signups })),
    ).toEqual(['dag/unknown-input: the requested nodes take no input "signup"']);
  });

  test("an override of nothing", async () => {
    const run = async () =>
      await graph.plan(["spendZeroMean"]).run({ spend }, { overrides: { spendMeen: 1 } });

    expect(await problemsOf(run)).toEqual([
      'dag/unknown-override: no node "spendMeen" to override; did you mean "spendMean"?',
    ]);
  });

  test("an output that is not there", async () => {
    expect(await problemsOf(() => graph.plan(["spendMeen"]))).toEqual([
      'dag/unknown-node: no node "spendMeen"; did you mean "spendMean"?',
    ]);
  });

  test("a cycle, with its path", async () => {
    const circle = {
      hen: ({ egg }: { egg: number }) => egg,
      egg: ({ chick }: { chick: number }) => chick,
      chick: ({ hen }: { hen: number }) => hen,
    };

    const [problem] = await problemsOf(() => graphFrom([circle]));

    expect(problem).toContain("dag/cycle");
    for (const name of ["hen", "egg", "chick"]) expect(problem).toContain(name);
  });

  test("one name in two modules", async () => {
    const [problem] = await problemsOf(() =>
      graphFrom([{ total: () => 1 }, { total: () => 2 }], { moduleNames: ["shop", "till"] }),
    );

    expect(problem).toMatch(/^dag\/duplicate: .*total/);
  });

  test("every problem is told at once", async () => {
    const run = async () =>
      await graph.plan(["spendPerSignup"]).run({ spnd: spend }, { overrides: { nothing: 1 } });

    expect((await problemsOf(run)).map((line) => line.split(":")[0])).toEqual([
      "dag/unknown-input",
      "dag/unknown-override",
      "dag/missing-input",
      "dag/missing-input",
    ]);
  });
});
