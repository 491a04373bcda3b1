import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidFactError, NodeError, TooManyFactsError } from "./errors.ts";
import { graph, graphFrom } from "./graph/graph.ts";
import { type NodeContext, quietContext } from "./node-context.ts";
import { addFacts, type NodeFacts } from "./node-facts.ts";
import type { NodeEnd, Plugin } from "./plan/plugin.ts";

/** A plugin that keeps what it hears of the ends of nodes. */
function ends(): { readonly plugin: Plugin; readonly heard: NodeEnd[] } {
  const heard: NodeEnd[] = [];
  return { heard, plugin: { name: "ends", onNodeEnd: (end) => void heard.push(end) } };
}

const loading = {
  rows: async ({ path }: { path: string }, { record }: NodeContext): Promise<number[]> => {
    record({ path, sizeBytes: 12 });
    await Promise.resolve();
    record({ rows: 2, sizeBytes: 13 });
    return [1, 2];
  },
  total: ({ rows }: { rows: readonly number[] }): number => rows.reduce((sum, n) => sum + n, 0),
};

describe("context.record", () => {
  test("plugins see the facts of an execution when it ends, and none where none were told", async () => {
    const { plugin, heard } = ends();

    await graph(loading)
      .plan("total")
      .run({ path: "a.csv" }, { plugins: [plugin] });

    expect(heard.map(({ call, facts }) => [call.node.name, facts])).toEqual([
      ["rows", { path: "a.csv", sizeBytes: 13, rows: 2 }],
      ["total", undefined],
    ]);
    expect(heard[1]).not.toHaveProperty("facts");
  });

  test("tells also what a node had recorded before it failed", () => {
    const { plugin, heard } = ends();
    const failing = {
      rows: (_: object, { record }: NodeContext): number => {
        record({ path: "gone.csv" });
        throw new RangeError("no such file");
      },
    };

    const run = (): unknown =>
      graph(failing)
        .plan("rows")
        .runSync({}, { plugins: [plugin] });

    expect(run).toThrow(NodeError);
    expect(heard).toMatchObject([{ state: "failed", facts: { path: "gone.csv" } }]);
  });

  test("keeps the facts of two nodes apart", () => {
    const { plugin, heard } = ends();
    const both = Object.fromEntries(
      ["one", "two"].map((name) => [
        name,
        (_: object, { record }: NodeContext): string => {
          record({ [name]: true });
          return name;
        },
      ]),
    );

    graphFrom([both])
      .plan(["one", "two"])
      .runSync({}, { plugins: [plugin] });

    expect(heard.map(({ facts }) => facts)).toEqual([{ one: true }, { two: true }]);
  });

  test("reaches the context that the run was given, without any plugin too", async () => {
    const told: NodeFacts[] = [];

    await graph(loading)
      .plan("rows")
      .run({ path: "a.csv" }, { context: { record: (facts) => void told.push(facts) } });

    expect(told).toEqual([
      { path: "a.csv", sizeBytes: 12 },
      { rows: 2, sizeBytes: 13 },
    ]);
  });

  test("is ignored by a quiet context", () => {
    expect(quietContext().record({ path: "a.csv" })).toBeUndefined();
  });

  test("fails the node that records what is not plain", () => {
    const bad = {
      rows: (_: object, { record }: NodeContext): void => record({ when: new Date(0) as never }),
    };

    expect(() => graph(bad).plan("rows").runSync({})).toThrow(
      'the fact "when" cannot be recorded: it is of type object',
    );
  });
});

describe("addFacts", () => {
  const fact = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  );
  const facts = fc.dictionary(fc.string({ maxLength: 9 }), fact, {
    maxKeys: 20,
    noNullPrototype: true,
  });

  test("holds what was told last of each name", () => {
    fc.assert(
      fc.property(facts, facts, (known, added) => {
        const expected = new Map([...Object.entries(known), ...Object.entries(added)]);
        expect(new Map(Object.entries(addFacts(known, added)))).toEqual(expected);
      }),
    );
  });

  test("cuts long texts and has no number that JSON lacks", () => {
    const { text, nan } = addFacts(undefined, { text: "x".repeat(2_000), nan: Number.NaN });

    expect(text).toHaveLength(1_000);
    expect(text).toMatch(/x…$/);
    expect(nan).toBeNull();
  });

  test("takes fifty facts and no more", () => {
    const fifty = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`fact${i}`, i]));

    expect(Object.keys(addFacts(fifty, { fact0: "again" }))).toHaveLength(50);
    expect(() => addFacts(fifty, { more: 1 })).toThrow(TooManyFactsError);
  });

  test("refuses a name of more than 100 characters", () => {
    expect(() => addFacts({}, { ["n".repeat(101)]: 1 })).toThrow(InvalidFactError);
  });
});
