import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { cachePlugin } from "../cache/cache-plugin.ts";
import { memoryCacheStore } from "../cache/memory-cache-store.ts";
import { AsyncSchemaError, NodeError, type SchemaMismatchError } from "../errors.ts";
import { graph } from "../graph/graph.ts";
import { collect } from "../modifier/collect.ts";
import { each } from "../modifier/each.ts";
import { typeCheckPlugin } from "./type-check-plugin.ts";

const row = z.object({ cost: z.number(), tags: z.array(z.string()) });
type Row = z.output<typeof row>;

const parse = ({ text }: { text: string }): readonly Row[] => JSON.parse(text) as readonly Row[];
const shop = {
  rows: parse,
  total: ({ rows, rate = 1 }: { rows: readonly Row[]; rate?: number }) =>
    rows.reduce((sum, { cost }) => sum + cost * rate, 0),
};
const plan = graph(shop).plan("total");
const types = typeCheckPlugin({ rows: z.array(row), total: z.number(), rate: z.number() });

describe("typeCheckPlugin", () => {
  test("lets through what fits, unchanged", async () => {
    const text = JSON.stringify([{ cost: 2, tags: [], extra: 1 }]);
    const keep = graph({ rows: parse }).plan("rows");

    expect(await plan.run({ text }, { plugins: [types] })).toEqual({ total: 2 });
    expect(await keep.run({ text }, { plugins: [types] })).toEqual({
      rows: [{ cost: 2, tags: [], extra: 1 }],
    });
  });

  test("fails a node with the node, the place, what was expected and what was there", async () => {
    const text = JSON.stringify([
      { cost: 1, tags: [] },
      { cost: "2", tags: ["a", null] },
    ]);

    const error: unknown = await plan
      .run({ text }, { plugins: [types] })
      .catch((it: unknown) => it);

    expect(error).toBeInstanceOf(NodeError);
    expect(error).toMatchObject({
      node: "rows",
      message:
        'node "rows" failed: the value of node "rows" does not fit its schema: ' +
        '$[1].cost: expected number, got a string; the value of node "rows": ' +
        "$[1].tags[1]: expected string, got null",
      cause: {
        code: "dag/schema-mismatch",
        mismatches: [
          { path: "$[1].cost", expected: "number", got: "a string" },
          { path: "$[1].tags[1]", expected: "string", got: "null" },
        ],
      },
    });
  });

  test("refuses a run that is given something wrong, with all of it, before anything runs", () => {
    let runs = 0;
    const module = { sum: ({ a, b }: { a: number; b: number }) => (runs += a + b) };
    const wrong = { a: "1", b: [] } as unknown as { a: number; b: number };

    expect(() =>
      graph(module)
        .plan("sum")
        .runSync(wrong, { plugins: [typeCheckPlugin({ a: z.number(), b: z.number() })] }),
    ).toThrow(
      'what is given as "a" does not fit its schema: $: expected number, got a string; ' +
        'what is given as "b": $: expected number, got a list of 0',
    );
    expect(runs).toBe(0);
  });

  test("checks what overrides give, too", async () => {
    const rows = [{ cost: 1 }] as unknown as readonly Row[];

    await expect(plan.run({ text: "" }, { overrides: { rows }, plugins: [types] })).rejects.toThrow(
      'what is given as "rows" does not fit its schema: $[0].tags: expected array',
    );
  });

  test("checks what comes from a cache", async () => {
    const store = memoryCacheStore();
    const cache = cachePlugin({ store, codeVersionOf: () => "1", nowMs: () => 0 });
    const bad = JSON.stringify([{ cost: "2", tags: [] }]);
    await plan.run({ text: bad }, { plugins: [cache] });

    await expect(plan.run({ text: bad }, { plugins: [types, cache] })).rejects.toThrow(
      "$[0].cost: expected number, got a string",
    );
  });

  test("checks each item that a node hands out", async () => {
    const module = {
      item: each(() => [1, 2, "x" as unknown as number]),
      twice: ({ item }: { item: number }) => item * 2,
      all: collect(({ twice }: { twice: readonly number[] }) => twice),
    };

    await expect(
      graph(module)
        .plan("all")
        .run({}, { plugins: [typeCheckPlugin({ item: z.number() })] }),
    ).rejects.toThrow('an item of node "item" does not fit its schema: $: expected number');
  });

  test("refuses a schema that answers with a promise", async () => {
    const later = z.number().refine(async () => await Promise.resolve(true));
    const plugins = [typeCheckPlugin({ rate: later })];

    await expect(plan.run({ text: "[]", rate: 1 }, { plugins })).rejects.toThrow(AsyncSchemaError);
  });

  test("never tells values", async () => {
    const text = JSON.stringify([{ cost: "hunter2", tags: [{ deep: "hunter2" }] }]);

    const error: unknown = await plan
      .run({ text }, { plugins: [types] })
      .catch((it: unknown) => it);

    expect((error as Error).message).not.toContain("hunter2");
    expect(JSON.stringify(((error as Error).cause as SchemaMismatchError).data())).not.toContain(
      "hunter2",
    );
  });

  test("accepts a value exactly when its schema does", () => {
    const schema = z.record(z.string(), z.union([z.number(), z.array(z.boolean())]));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), (made) => {
        const module = { made: () => made };
        const run = () =>
          graph(module)
            .plan("made")
            .runSync({}, { plugins: [typeCheckPlugin({ made: schema })] });

        if (schema.safeParse(made).success) expect(run().made).toBe(made);
        else expect(run).toThrow(NodeError);
      }),
    );
  });
});
