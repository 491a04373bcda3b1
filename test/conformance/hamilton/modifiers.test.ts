/** Hamilton's decorators, and what stands for each. */
import {
  bind,
  bindMany,
  choose,
  columns,
  fields,
  graphFrom,
  group,
  inRange,
  node,
  override,
  type Plugin,
  value,
} from "@weirflow/dataflow";
import { tableFromArrays } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { needsOf, problemsOf } from "./graphs.ts";

describe("@config.when", () => {
  const module = {
    base: () => 2,
    area: choose("region", {
      us: ({ base }: { base: number }) => base * 10,
      uk: ({ base, factor }: { base: number; factor: number }) => base * factor,
    }),
  };

  test("one function of several, by a value of the config", async () => {
    const us = graphFrom([module]).plan(["area"], { region: "us" });
    const uk = graphFrom([module]).plan(["area"], { region: "uk" });

    expect(us.inputs.map((input) => input.name)).toEqual([]);
    expect(await us.run()).toEqual({ area: 20 });
    expect(uk.inputs.map((input) => input.name)).toEqual(["factor"]);
    expect(await uk.run({ factor: 3 })).toEqual({ area: 6 });
  });

  test("may stay open until the run starts", async () => {
    const plan = graphFrom([module]).plan(["area"]);

    expect(await plan.run({ region: "us" })).toEqual({ area: 20 });
    expect(await plan.run({ region: "uk", factor: 4 })).toEqual({ area: 8 });
  });

  test("has a default, as @config.when_not would say", async () => {
    const withDefault = {
      fare: choose("member", { true: () => 5 }, { otherwise: () => 8 }),
    };
    const plan = graphFrom([withDefault]).plan(["fare"]);

    expect(await plan.run({ member: true })).toEqual({ fare: 5 });
    expect(await plan.run({ member: false })).toEqual({ fare: 8 });
    expect(await plan.run()).toEqual({ fare: 8 });
  });

  test("of a value that no function is for is refused; Hamilton drops the node in silence", async () => {
    const [problem] = await problemsOf(() => graphFrom([module]).plan(["area"], { region: "usa" }));

    expect(problem).toContain("dag/unmatched-choice");
    expect(problem).toContain('did you mean "us"');
  });
});

describe("@parameterize", () => {
  const concat = ({ upstream, literal }: { upstream: string; literal: string }) =>
    `${upstream}-${literal}`;

  test("makes nodes of one function by sources and values", async () => {
    const module = {
      foo: () => "foo",
      bar: () => "bar",
      fooBaz: bind(concat, { upstream: "foo", literal: value("baz") }),
      barBat: bind(concat, { upstream: "bar", literal: value("bat") }),
    };

    expect(needsOf(graphFrom([module]))).toMatchObject({ fooBaz: ["foo"], barBat: ["bar"] });
    expect(await graphFrom([module]).plan(["fooBaz", "barBat"]).run()).toEqual({
      fooBaz: "foo-baz",
      barBat: "bar-bat",
    });
  });

  test("groups sources into a list or a record", async () => {
    const sum = ({ parts }: { parts: readonly number[] }) => parts.reduce((a, b) => a + b, 0);
    const write = ({ sections }: { sections: { intro: number; end: number } }) =>
      `${sections.intro}..${sections.end}`;
    const module = {
      first: () => 1,
      second: () => 2,
      total: bind(sum, { parts: group(["first", "second"]) }),
      report: bind(write, { sections: group({ intro: "first", end: "total" }) }),
    };

    expect(needsOf(graphFrom([module]))).toMatchObject({
      total: ["first", "second"],
      report: ["first", "total"],
    });
    expect(await graphFrom([module]).plan(["report"]).run()).toEqual({ report: "1..3" });
  });
});

describe("module overrides", () => {
  const model = { fit: () => "slow", report: ({ fit }: { fit: string }) => `a ${fit} fit` };

  test("replace nodes on purpose, and only those that are there", async () => {
    const quick = graphFrom([model, override({ fit: () => "quick" })]);

    expect(await quick.plan(["report"]).run()).toEqual({ report: "a quick fit" });
    expect(await problemsOf(() => graphFrom([model, override({ fitt: () => "quick" })]))).toEqual([
      'dag/replaces-nothing: module 2 overrides "fitt", which no earlier module makes; did you mean "fit"?',
    ]);
  });
});

describe("@parameterize of several nodes", () => {
  test("is one function and a table of bindings", async () => {
    const family = bindMany(({ x, by }: { x: number; by: number }) => x * by, {
      twice: { by: value(2) },
      scaled: { by: "factor" },
    });

    expect(needsOf(graphFrom([family]))).toEqual({ twice: ["x"], scaled: ["x", "factor"] });
    expect(await graphFrom([family]).plan(["twice", "scaled"]).run({ x: 3, factor: 5 })).toEqual({
      twice: 6,
      scaled: 15,
    });
  });
});

describe("@extract_fields and @extract_columns", () => {
  test("make nodes of fields; the function runs once", async () => {
    let runs = 0;
    const split = ({ rows }: { rows: readonly number[] }) => {
      runs += 1;
      return { train: rows.slice(0, 2), test: rows.slice(2) };
    };
    const { train, test: held } = fields(split);
    const module = {
      train,
      held,
      sizes: ({ train: left, held: right }: { train: number[]; held: number[] }) => [
        left.length,
        right.length,
      ],
    };

    expect(
      await graphFrom([module])
        .plan(["sizes"])
        .run({ rows: [1, 2, 3] }),
    ).toEqual({
      sizes: [2, 1],
    });
    expect(runs).toBe(1);
  });

  test("make nodes of the columns of an Arrow table", async () => {
    const load = () => tableFromArrays({ spend: [1, 2], signups: [3, 4] });
    const { spend } = columns(load, "spend");
    const module = { spend, total: ({ spend: all }: { spend: Iterable<number> }) => [...all] };

    expect(await graphFrom([module]).plan(["total"]).run()).toEqual({ total: [1, 2] });
  });

  test("say which field is missing, and what was there", async () => {
    const { median } = fields((): { mean: number; median?: number } => ({ mean: 1 }));

    await expect(graphFrom([{ median }]).plan(["median"]).run()).rejects.toThrow(
      'node "median" failed: the result has no field "median": it has "mean"',
    );
  });
});

describe("@tag", () => {
  test("is data for search, pictures and policies", () => {
    const price = node(() => 1, { tags: { owner: "sales", scope: ["shop", "till"] } });

    expect(graphFrom([{ price }]).nodes[0]?.options.tags).toEqual({
      owner: "sales",
      scope: ["shop", "till"],
    });
  });
});

describe("@check_output", () => {
  const share = (onFail: "warn" | "fail") => ({
    share: node(({ part }: { part: number }) => part, {
      check: inRange({ min: 0, max: 1, onFail }),
    }),
  });

  test("fails the node", async () => {
    await expect(
      graphFrom([share("fail")])
        .plan(["share"])
        .run({ part: 2 }),
    ).rejects.toThrow("2 is outside 0 to 1");
  });

  test("or warns, and tells whoever watches", async () => {
    const seen: unknown[] = [];
    const watch: Plugin = {
      name: "watch",
      onCheck: ({ ok, message }) => seen.push([ok, message]),
    };

    const plan = graphFrom([share("warn")]).plan(["share"]);

    expect(await plan.run({ part: 2 }, { plugins: [watch] })).toEqual({ share: 2 });
    expect(seen).toEqual([[false, "2 is outside 0 to 1"]]);
  });
});

describe("what is upstream, downstream and between", () => {
  test("is asked of the graph", () => {
    const graph = graphFrom([
      { b: ({ a }: { a: number }) => a, c: ({ b }: { b: number }) => b, d: () => 1 },
    ]);

    expect(graph.upstream("c")).toEqual(["a", "b", "c"]);
    expect(graph.downstream("a")).toEqual(["a", "b", "c"]);
    expect(graph.between("a", "b")).toEqual(["a", "b"]);
  });
});
