import { describe, expect, test } from "vitest";
import {
  MissingColumnError,
  MissingFieldError,
  NodeError,
  UnmatchedChoiceError,
} from "../errors.ts";
import { graph, graphFrom } from "../graph/graph.ts";
import { type NodeContext, quietContext } from "../node-context.ts";
import { bind, group, value } from "./bind.ts";
import { choose } from "./choose.ts";
import { columns } from "./columns.ts";
import { fields } from "./fields.ts";
import { node } from "./node.ts";

const scale = ({ x, by = 1 }: { x: number; by?: number }): number => x * by;

describe("every modifier", () => {
  test("leaves a node callable by itself, and the function as it was", async () => {
    const before = Reflect.ownKeys(scale).length;
    const split = async ({ n }: { n: number }) =>
      await Promise.resolve({ low: n - 1, high: n + 1 });

    expect(node(scale, { tags: { a: "b" } })({ x: 2, by: 3 })).toBe(6);
    expect(bind(scale, { x: "width", by: value(10) })({ width: 2 })).toBe(20);
    expect(choose("how", { once: scale })({ how: "once", x: 5 })).toBe(5);
    expect(columns(() => ({ age: [1] }), "age").age({})).toEqual([1]);
    expect(await fields(split).high({ n: 1 })).toBe(2);
    expect(Reflect.ownKeys(scale)).toHaveLength(before);
  });

  test("hands the context on, through any nesting", async () => {
    const seen = (_: object, { attempt }: NodeContext): { attempt: number } => ({ attempt });
    const { attempt } = fields(node(choose("k", { a: bind(seen, {}) }), { tags: {} }));
    const context = { attempt: 7 };

    expect(await graph({ attempt }).plan("attempt").run({ k: "a" }, { context })).toEqual({
      attempt: 7,
    });
    expect(attempt({ k: "a" }, { ...quietContext(), attempt: 3 })).toBe(3);
  });
});

describe("node", () => {
  test("adds options to options, and tags to tags; the last word counts", () => {
    const inner = node(scale, { tags: { a: "1", b: "1" }, cache: "ignore" });
    const outer = node(inner, { tags: { b: "2" }, description: "scaled" });

    const [made] = graph({ outer }).nodes;

    expect(made?.options).toEqual({
      tags: { a: "1", b: "2" },
      cache: "ignore",
      description: "scaled",
    });
  });

  test("keeps what else a function carries", () => {
    const tagged = Object.assign(() => 1, { owner: "me" });

    expect(node(tagged, {}).owner).toBe("me");
  });
});

describe("bind", () => {
  test("makes of one function several nodes", async () => {
    const module = {
      small: () => 2,
      large: () => 200,
      smallTwice: bind(scale, { x: "small", by: value(2) }),
      largeTwice: bind(scale, { x: "large", by: "factor" }),
    };

    expect(await graph(module).plan("smallTwice", "largeTwice").run({ factor: 3 })).toEqual({
      smallTwice: 4,
      largeTwice: 600,
    });
    expect(await graph(module).plan("largeTwice").run()).toEqual({ largeTwice: 200 });
  });

  test("swaps two dependencies", () => {
    const minus = ({ a, b }: { a: number; b: number }): number => a - b;

    expect(bind(minus, { a: "b", b: "a" })({ a: 1, b: 10 })).toBe(9);
  });

  test("gathers nodes in a list and in a record", async () => {
    const list = ({ parts }: { parts: readonly number[] }): number =>
      parts.reduce((a, b) => a + b, 0);
    const record = ({ ends }: { ends: { from: number; to: number } }): number =>
      ends.to - ends.from;
    const module = {
      one: () => 1,
      ten: () => 10,
      sum: bind(list, { parts: group(["one", "ten", "ten", "extra"]) }),
      span: bind(record, { ends: group({ from: "one", to: "ten" }) }),
    };

    expect(await graph(module).plan("sum", "span").run({ extra: 4 })).toEqual({ sum: 25, span: 9 });
  });

  test("binds a constant undefined as absent", () => {
    expect(bind(scale, { by: value(undefined) })({ x: 3 })).toBe(3);
  });

  test("renames the key of a choice, which stays a choice", async () => {
    const picked = choose("mode", { one: () => 1, other: ({ n }: { n: number }) => n });
    const module = { picked: bind(picked, { mode: "pickedMode", n: "count" }) };

    const built = graph(module);

    expect(built.plan("picked").inputs.map(({ name, choice }) => [name, choice?.values])).toEqual([
      ["pickedMode", ["one", "other"]],
      ["count", undefined],
    ]);
    expect(await built.plan("picked").run({ pickedMode: "other", count: 5 })).toEqual({
      picked: 5,
    });
    expect(built.plan(["picked"], { pickedMode: "one" }).inputs).toEqual([]);
  });

  test("makes a choice once and for all by binding its key to a value", async () => {
    const picked = choose("mode", { one: () => 1, other: ({ n }: { n: number }) => n });

    const plan = graphFrom([{ picked: bind(picked, { mode: value("other") }) }]).plan(["picked"]);

    expect(plan.inputs).toEqual([{ name: "n", required: true }]);
    expect(await plan.run({ n: 8 })).toEqual({ picked: 8 });
  });

  test("runs a field for other dependencies apart from the shared run", async () => {
    let runs = 0;
    const { low } = fields(({ n }: { n: number }) => ({ low: n - (runs += 1) }));

    const made = await graph({ low, lower: bind(low, { n: "m" }) })
      .plan("low", "lower")
      .run({ n: 10, m: 20 });

    expect(runs).toBe(2);
    expect([9, 8]).toContain(made.low);
    expect([19, 18]).toContain(made.lower);
  });
});

describe("choose", () => {
  test("refuses a direct call with a value that has no branch", () => {
    const pick = choose("mode", { fast: () => 1, slow: () => 2 });
    const call = (): unknown => pick({ mode: "fst" as "fast" });

    expect(call).toThrow(UnmatchedChoiceError);
    expect(call).toThrow('"mode" is "fst", which picks no branch; did you mean "fast"?');
  });

  test("takes a field and a bound function as branches", async () => {
    const { a, b } = fields(() => ({ a: 1, b: 2 }));
    const module = { a, b, c: choose("which", { a, c: bind(scale, { x: "b" }) }) };
    const plan = graphFrom([module]).plan(["c"]);

    expect(await plan.run({ which: "a" })).toEqual({ c: 1 });
    expect(await plan.run({ which: "c", by: 4 })).toEqual({ c: 8 });
  });

  test("does not take inherited names for branches", () => {
    const plan = graphFrom([{ a: choose("k", { x: () => 1 }) }]).plan(["a"]);

    expect(() => plan.runSync({ k: "toString" })).toThrow('no branch for "toString"');
  });
});

describe("fields", () => {
  test("runs the function once for all fields that are asked for", async () => {
    let runs = 0;
    const { train, test: held } = fields(({ rows }: { rows: number[] }) => {
      runs += 1;
      return { train: rows.slice(1), test: rows.slice(0, 1) };
    });

    const made = await graph({ train, test: held })
      .plan("train", "test")
      .run({ rows: [1, 2, 3] });

    expect(made).toEqual({ train: [2, 3], test: [1] });
    expect(runs).toBe(1);
  });

  test("is one node for each field, however often it is taken", () => {
    const parts = fields(() => ({ a: 1 }));

    expect(parts.a).toBe(parts.a);
  });

  test("says which field is missing and what is there", async () => {
    const whole = (): { total: number; mean?: number } => ({ total: 1 });
    const { mean } = fields(whole);

    const run = graph({ mean }).plan("mean").run();

    await expect(run).rejects.toThrow(NodeError);
    await expect(run).rejects.toMatchObject({
      node: "mean",
      cause: expect.any(MissingFieldError),
      message: 'node "mean" failed: the result has no field "mean": it has "total"',
    });
    expect(() => fields(() => null as unknown as { a: 1 }).a({})).toThrow("it is null");
  });

  test("takes fields of a choice, which stays a choice", async () => {
    const halves = choose("side", {
      left: ({ l }: { l: number }) => ({ half: l }),
      right: ({ r }: { r: number }) => ({ half: r }),
    });
    const { half } = fields(halves);

    const plan = graph({ half }).plan(["half"], { side: "right" });

    expect(plan.inputs).toEqual([{ name: "r", required: true }]);
    expect(await plan.run({ r: 4 })).toEqual({ half: 4 });
  });
});

describe("columns", () => {
  test("takes columns of a record", async () => {
    const load = (): Record<string, Float64Array> => ({ age: new Float64Array([1, 2]) });
    const { age } = columns(load, "age");

    expect(await graph({ age }).plan("age").run()).toEqual({ age: new Float64Array([1, 2]) });
  });

  test("takes columns of a table that gives them by name", () => {
    const table = {
      getChild: (name: string): readonly number[] | null => (name === "age" ? [1] : null),
      schema: { fields: [{ name: "age" }] },
    };
    const { age, pet } = columns(() => table, "age", "pet");

    expect(age({})).toEqual([1]);
    expect(() => pet({})).toThrow(MissingColumnError);
    expect(() => pet({})).toThrow('no column "pet": there is "age"');
  });

  test("proposes the column that was meant", () => {
    const { agee } = columns((): Record<string, number[]> => ({ age: [1], height: [2] }), "agee");

    expect(() => agee({})).toThrow('there is "age", "height"; did you mean "age"?');
  });

  test("finds no column in what is no table", () => {
    const { a } = columns((): unknown => 3, "a");

    expect(() => a({})).toThrow('no column "a": there is nothing');
  });
});
