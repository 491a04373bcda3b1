/** Hamilton's subdags, pipes, savers and conditions on several config values. */
import { bind, chooseWhen, graphFrom, node, pipe, step, subgraph, value } from "@weirflow/dataflow";
import { describe, expect, test } from "vitest";
import { needsOf, problemsOf } from "./graphs.ts";

const spending = {
  clean: ({ raw }: { raw: readonly number[] }) => raw.filter((amount) => amount >= 0),
  total: ({ clean, rate = 1 }: { clean: readonly number[]; rate?: number }) =>
    clean.reduce((sum, amount) => sum + amount, 0) * rate,
};

describe("@subdag", () => {
  const eu = subgraph([spending], { namespace: "eu", inputs: { raw: "euRaw", rate: value(2) } });
  const us = subgraph([spending], { namespace: "us", inputs: { raw: "usRaw" } });
  const module = {
    euTotal: eu.total,
    usTotal: us.total,
    all: ({ euTotal, usTotal }: { euTotal: number; usTotal: number }) => euTotal + usTotal,
  };

  test("runs a module several times in one graph, each under its namespace", async () => {
    const graph = graphFrom([module]);

    expect(needsOf(graph)).toMatchObject({
      all: ["euTotal", "usTotal"],
      euTotal: ["eu.total"],
      "eu.total": ["eu.clean"],
      "eu.clean": ["euRaw"],
      "us.total": ["us.clean", "rate?"],
    });
    expect(await graph.plan(["all"]).run({ euRaw: [1, -5, 2], usRaw: [10] })).toEqual({ all: 16 });
  });

  test("gives inner nodes to who asks, and takes overrides of them", async () => {
    const plan = graphFrom([module]).plan(["eu.clean", "all"]);

    expect(
      await plan.run({ euRaw: [1, -5], usRaw: [] }, { overrides: { "us.total": 100 } }),
    ).toEqual({ "eu.clean": [1], all: 102 });
  });

  test("nests", async () => {
    const nested = subgraph({ euTotal: eu.total }, { namespace: "old", inputs: { euRaw: "raw" } });
    const plan = graphFrom([{ before: nested.euTotal }]).plan(["before", "old.eu.clean"]);

    expect(await plan.run({ raw: [3, -1] })).toEqual({ before: 6, "old.eu.clean": [3] });
  });

  test("of an input that no node takes is refused", async () => {
    const wrong: never = { raww: "euRaw" } as never; // the compiler would report it
    const { total } = subgraph([spending], { namespace: "x", inputs: wrong });

    expect((await problemsOf(() => graphFrom([{ total }])))[0]).toMatch(
      /"x".*"raww".*did you mean "raw"/,
    );
  });
});

describe("@pipe_input and @pipe_output", () => {
  const net = ({ cost }: { cost: number }) => cost * 1.5;
  const round = ({ value }: { value: number }) => Math.round(value);
  const price = pipe(net)
    .before(
      "cost",
      step(({ text }: { text: string }) => Number(text), { takes: "text", name: "parsed" }),
    )
    .after(step(round, { takes: "value", name: "rounded", when: { exact: false } }));

  test("make every step a node that can be asked for", async () => {
    const plan = graphFrom([{ price }]).plan(["price", "price.raw", "price.parsed"]);

    expect(await plan.run({ cost: "1.5", exact: false })).toEqual({
      price: 2,
      "price.raw": 2.25,
      "price.parsed": 1.5,
    });
  });

  test("leave a step out by the config", async () => {
    expect(await graphFrom([{ price }]).plan(["price"]).run({ cost: "1.5", exact: true })).toEqual({
      price: 2.25,
    });
  });
});

describe("@save_to", () => {
  const written: unknown[] = [];
  const write = ({ value: all, path }: { value: unknown; path: string }) =>
    written.push([path, all]);
  const report = node(({ rows }: { rows: number }) => `${rows} rows`, {
    save: bind(write, { path: "reportPath" }),
  });

  test("makes a node that runs when it is asked for, and not otherwise", async () => {
    const graph = graphFrom([{ report }]);

    expect(await graph.plan(["report"]).run({ rows: 2 })).toEqual({ report: "2 rows" });
    expect(written).toEqual([]);

    await graph.plan(["report"], {}, { save: true }).run({ rows: 3, reportPath: "r.txt" });
    expect(written).toEqual([["r.txt", "3 rows"]]);
  });
});

describe("@config.when of several values", () => {
  const price = chooseWhen(
    [
      [{ region: "eu", tier: ["basic", "plus"] }, ({ net }: { net: number }) => net * 1.2],
      [{ region: "us" }, ({ net, tax }: { net: number; tax: number }) => net + tax],
    ],
    { otherwise: ({ net }: { net: number }) => net },
  );
  const graph = graphFrom([{ price }]);

  test("takes the first case that fits, and its needs alone", async () => {
    expect(await graph.plan(["price"]).run({ net: 10, region: "eu", tier: "plus" })).toEqual({
      price: 12,
    });
    expect(await graph.plan(["price"]).run({ net: 10, tax: 1, region: "us" })).toEqual({
      price: 11,
    });
    expect(await graph.plan(["price"]).run({ net: 10, region: "eu", tier: "gold" })).toEqual({
      price: 10,
    });
  });
});
