import { expect, test } from "vitest";
import { graphFrom } from "../graph/graph.ts";
import { bind, group } from "../modifier/bind.ts";
import type { NodeCall, Plugin } from "./plugin.ts";

/** Nodes that use the values of one another, some later, among so many that they share their values. */
const large = {
  ...Object.fromEntries(
    Array.from({ length: 1_200 }, (_, i) => [`n${i}`, ({ start }: { start: number }) => start + i]),
  ),
  sum: ({ n1, n2 }: Record<"n1" | "n2", number>) => n1 + n2,
  later: async ({ sum, n3 }: Record<"sum" | "n3", number>) => await Promise.resolve(sum + n3),
  twice: ({ later, factor = 2 }: { later: number; factor?: number }) => later * factor,
  all: bind(({ parts }: { parts: readonly number[] }) => parts.length, {
    parts: group(["twice", "n4"]),
  }),
};
const names = Object.keys(large).filter((name) => !["n1", "n2", "n3", "n4", "sum"].includes(name));
const made = { later: 36, twice: 72, all: 2, n1199: 1209 };

const taken: Readonly<Record<string, object>> = {
  n7: { start: 10 },
  sum: { n1: 11, n2: 12 },
  later: { sum: 23, n3: 13 },
  twice: { later: 36, factor: undefined },
  all: { twice: 72, n4: 14 },
};

test("a call that is kept in a large graph has what its node took, and nothing else", async () => {
  const calls = new Map<string, NodeCall>();
  const plugin: Plugin = { name: "keep", onNodeEnd: ({ call }) => calls.set(call.node.name, call) };

  const results = await graphFrom([large])
    .plan(names)
    .run({ start: 10 }, { plugins: [plugin] });

  expect(results).toMatchObject(made);
  expect(calls.size).toBe(1_204);
  for (const [name, inputs] of Object.entries(taken))
    expect(calls.get(name)?.inputs).toStrictEqual(inputs);
  expect(calls.get("sum")?.inputs).toBe(calls.get("sum")?.inputs);
});

test("a plugin that waits before it goes on in a large graph runs the node on what it took", async () => {
  const waiting: Plugin = {
    name: "wait",
    around: async (_call, next) => {
      await Promise.resolve();
      return next();
    },
  };

  const results = await graphFrom([large])
    .plan(names)
    .run({ start: 10 }, { plugins: [waiting] });

  expect(results).toMatchObject(made);
});
