import { describe, expect, expectTypeOf, test } from "vitest";
import * as z from "zod";
import { cachePlugin } from "../cache/cache-plugin.ts";
import { memoryCacheStore } from "../cache/memory-cache-store.ts";
import { AsyncSchemaError, NodeError, SchemaMismatchError } from "../errors.ts";
import { graph } from "../graph/graph.ts";
import { bind } from "./bind.ts";
import { choose } from "./choose.ts";
import { collect } from "./collect.ts";
import { each } from "./each.ts";
import { fields } from "./fields.ts";
import { node } from "./node.ts";
import { pipe, step } from "./pipe.ts";

const settings = z.object({
  rate: z.coerce.number().max(1),
  since: z.string().transform((text) => new Date(text)),
  unit: z.string().default("EUR"),
});
const read = ({ text }: { text: string }): unknown => JSON.parse(text);
const fine = JSON.stringify({ rate: "0.5", since: "2026-01-02T00:00:00.000Z" });
const made = { rate: 0.5, since: new Date("2026-01-02T00:00:00.000Z"), unit: "EUR" };

describe("node({ schema })", () => {
  const config = node(read, { schema: settings });

  test("makes what the schema makes, in a run and called directly", async () => {
    expect(await graph({ config }).plan("config").run({ text: fine })).toEqual({ config: made });
    expect(config({ text: fine })).toEqual(made);
  });

  test("types the value by the output of the schema, for whatever takes it", () => {
    const module = {
      config,
      year: ({ config: { since } }: { config: { since: Date } }) => since.getUTCFullYear(),
    };

    const result = graph(module).plan("year", "config").runSync({ text: fine });

    expect(result.year).toBe(2026);
    expectTypeOf(result.config).toEqualTypeOf<z.output<typeof settings>>();
    const wrong = { config, year: ({ config: given }: { config: string }) => given.length };
    // @ts-expect-error -- the schema makes an object
    expect(graph(wrong).plan("year")).toBeDefined();
  });

  test("fails the node with every mismatch", () => {
    const error = failureOf(() =>
      graph({ config })
        .plan("config")
        .runSync({ text: JSON.stringify({ rate: 2, since: 3 }) }),
    );

    expect(error.message).toMatch(
      /^node "config" failed: the value does not fit its schema: \$\.rate: .*<=1 \(got a number\); the value: \$\.since: expected string, got a number$/,
    );
    expect(error.cause).toBeInstanceOf(SchemaMismatchError);
    expect(() => config({ text: "{}" })).toThrow(SchemaMismatchError);
  });

  test("lets checks, savers and caches see what the schema made", async () => {
    const seen: unknown[] = [];
    const saved = node(read, {
      schema: settings,
      check: ({ unit }) => unit === "EUR" || "no euros",
      save: ({ value }: { value: { rate: number } }) => seen.push(value.rate),
    });
    const cache = cachePlugin({
      store: memoryCacheStore(),
      codeVersionOf: () => "1",
      nowMs: () => 0,
    });
    const plan = graph({ saved }).plan("saved");
    const twice = async () => await plan.run({ text: fine }, { plugins: [cache] });

    await twice();

    expect(await twice()).toEqual({ saved: made }); // parsed again, its date would not be a string
    expect(cache.explain("saved")?.isHit).toBe(true);
    await graph({ saved }).plan(["saved"], {}, { save: true }).run({ text: fine });
    expect(seen).toEqual([0.5]);
  });

  test("nests: each schema takes what the one inside makes", () => {
    const inner = node(() => "7", { schema: z.coerce.number() });
    const outer = node(inner, { schema: z.number().transform((n) => [n, n]) });

    const { pair } = graph({ pair: outer }).plan("pair").runSync();

    expect(pair).toEqual([7, 7]);
    expectTypeOf(pair).toEqualTypeOf<number[]>();
    expect(outer()).toEqual([7, 7]);
  });

  test("goes with bind, fields, choose and pipe", async () => {
    const pair = z.object({ left: z.coerce.number(), right: z.coerce.number() });
    const { left, right } = fields(node(read, { schema: pair }));
    const module = {
      left,
      right,
      bound: bind(config, { text: "other" }),
      chosen: choose("how", { strict: node(read, { schema: z.number() }), loose: read }),
      piped: pipe(node(read, { schema: z.coerce.number() })).after(
        step(({ value }: { value: number }) => value + 1, { takes: "value" }),
      ),
    };
    const plan = graph(module).plan("left", "right", "bound");

    expect(
      await plan.run({ text: JSON.stringify({ left: "1", right: "2" }), other: fine }),
    ).toEqual({ left: 1, right: 2, bound: made });
    const chosen = (how: "strict" | "loose") => graph(module).plan(["chosen"], { how });
    expect(chosen("loose").runSync({ text: '"x"' })).toEqual({ chosen: "x" });
    expect(() => chosen("strict").runSync({ text: '"x"' })).toThrow(
      "expected number, got a string",
    );
    expect(await graph(module).plan("piped").run({ text: '"4"' })).toEqual({ piped: 5 });
  });

  test("leaves a choice a choice", () => {
    const schema = z.number().transform((n) => `${n}`);
    const price = node(
      choose("how", {
        net: ({ cost }: { cost: number }) => cost,
        gross: ({ cost, rate }: { cost: number; rate: number }) => cost * rate,
      }),
      { schema },
    );

    const result = graph({ price }).plan(["price"], { how: "net" }).runSync({ cost: 2 });

    expect(result).toEqual({ price: "2" });
    expectTypeOf(result.price).toEqualTypeOf<string>();
  });

  test("waits for a schema that answers later", async () => {
    const later = z.string().transform(async (text) => await Promise.resolve(text.length));

    expect(
      await graph({ size: node(() => "abc", { schema: later }) })
        .plan("size")
        .run(),
    ).toEqual({ size: 3 });
  });

  test("counts a value that does not fit as a try that failed", () => {
    const values = ["x", "y", 3];
    const flaky = node((): unknown => values.shift(), { schema: z.number(), retries: 2 });

    expect(graph({ flaky }).plan("flaky").runSync()).toEqual({ flaky: 3 });
  });

  test("refuses a schema that nothing of the function's result fits", () => {
    // @ts-expect-error -- a number is never a string
    expect(node(() => 1, { schema: z.string() })).toBeTypeOf("function");
    // @ts-expect-error -- a check gets what the schema makes
    expect(node(read, { schema: settings, check: (value: string) => value !== "" })).toBeDefined();
  });

  test("keeps the type of a function whose result it does not change", () => {
    const same = node(async () => await Promise.resolve(1), { schema: z.number() });

    expectTypeOf(same).toEqualTypeOf<() => Promise<number>>();
  });
});

describe("node(each(…), { schema })", () => {
  const costs = (onError: "fail" | "skip") => ({
    cost: node(
      each(({ texts }: { texts: readonly string[] }) => texts, { onError }),
      { schema: z.coerce.number(), check: (cost) => cost > 0 || "not positive" },
    ),
    twice: ({ cost }: { cost: number }) => cost * 2,
    all: collect(({ twice }: { twice: readonly number[] }) => twice),
  });

  test("makes each item what the schema makes of it", async () => {
    const { all, cost } = await graph(costs("fail"))
      .plan("all", "cost")
      .run({ texts: ["1", "2"] });

    expect(all).toEqual([2, 4]);
    expect(cost).toEqual([1, 2]);
    expectTypeOf(cost).toEqualTypeOf<readonly number[]>();
  });

  test("leaves out items that do not fit, where it is to skip them", async () => {
    const texts = ["1", "x", "-3", "2"];

    expect(await graph(costs("skip")).plan("all").run({ texts })).toEqual({ all: [2, 4] });
  });

  test("tells which item does not fit", async () => {
    await expect(
      graph(costs("fail"))
        .plan("all")
        .run({ texts: ["1", "x"] }),
    ).rejects.toThrow(
      'node "cost" failed at item 1: the item does not fit its schema: $: expected number',
    );
  });

  test("leaves alone what an override gives", async () => {
    expect(
      await graph(costs("fail"))
        .plan("all")
        .run({}, { overrides: { cost: [-1] } }),
    ).toEqual({ all: [-2] });
  });

  test("called directly, gives the items that the schema makes", () => {
    const { cost } = costs("fail");

    expect([...(cost({ texts: ["3"] }) as unknown as Iterable<number>)]).toEqual([3]);
  });

  test("is the schema of all of them inside of each", async () => {
    const module = {
      item: each(node((): unknown => ["1", "2"], { schema: z.array(z.coerce.number()) })),
      all: collect(({ item }: { item: readonly number[] }) => item),
    };

    expect(await graph(module).plan("all").run()).toEqual({ all: [1, 2] });
  });

  test("refuses a schema that answers later", async () => {
    const later = z.string().refine(async () => await Promise.resolve(true));
    const module = {
      item: node(
        each(() => ["a"]),
        { schema: later },
      ),
    };

    const error = await graph(module)
      .plan("item")
      .run()
      .catch((thrown: unknown) => thrown);

    expect((error as NodeError).cause).toBeInstanceOf(AsyncSchemaError);
  });
});

function failureOf(act: () => unknown): NodeError {
  try {
    act();
  } catch (error) {
    if (error instanceof NodeError) return error;
  }
  throw new Error("no node failed");
}
