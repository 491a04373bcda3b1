import { expect, test } from "vitest";
import { graphFrom } from "../graph/graph.ts";
import { bind } from "../modifier/bind.ts";
import { collect } from "../modifier/collect.ts";
import { each } from "../modifier/each.ts";
import { node } from "../modifier/node.ts";
import type { ThreadCall, ThreadRunner } from "./thread-call.ts";

const slow = ({ x, by = 2 }: { x: number; by?: number }): number => x * by;
const thread = "file:///app/slow.ts";

/** Runs what it is given, later, and keeps what that was. */
function runner(): ThreadRunner & { readonly calls: ThreadCall[] } {
  const calls: ThreadCall[] = [];
  return {
    calls,
    run: async (call) => {
      calls.push(call);
      await Promise.resolve();
      return (call.fn as typeof slow)(call.deps as { x: number });
    },
  };
}

test("a call has the function, its module, and what the function takes, under its own names", async () => {
  const threads = runner();
  const module = {
    ...Object.fromEntries(Array.from({ length: 1_100 }, (_, i) => [`n${i}`, () => i])),
    all: bind(({ parts }: { parts: number }) => parts, { parts: "n1099" }),
    price: bind(node(slow, { thread }), { x: "n7" }),
  };
  const names = Object.keys(module);

  const made = await graphFrom([module]).plan(names).run({ by: 3 }, { threads });

  expect(made["price"]).toBe(21);
  expect(threads.calls).toMatchObject([{ module: thread, fn: slow, deps: { x: 7, by: 3 } }]);
  expect(Object.keys(threads.calls[0]?.deps ?? {})).toEqual(["x", "by"]);
});

test("each item is a call, with checks and tries around it", async () => {
  const threads = runner();
  const seen: number[] = [];
  const module = {
    x: each(() => [1, 2, 3]),
    made: node(slow, { thread, check: (value) => seen.push(value) > 0 || "never", retries: 1 }),
    all: collect(({ made }: { made: readonly number[] }) => made),
  };

  expect(await graphFrom([module]).plan(["all"]).run({}, { threads })).toEqual({ all: [2, 4, 6] });
  expect(threads.calls).toHaveLength(3);
  expect(seen).toEqual([2, 4, 6]);
});

test("a failure of the thread is one of the node, and is tried again", async () => {
  let tries = 0;
  const threads: ThreadRunner = {
    run: async () => {
      tries++;
      await Promise.resolve();
      throw new Error("the thread ended");
    },
  };
  const module = { price: node(slow, { thread, retries: 2 }) };

  await expect(graphFrom([module]).plan(["price"]).run({ x: 1 }, { threads })).rejects.toThrow(
    'node "price" failed: the thread ended',
  );
  expect(tries).toBe(3);
});

test("without threads it runs where it is, at once", () => {
  expect(
    graphFrom([{ price: node(slow, { thread }) }])
      .plan(["price"])
      .runSync({ x: 1 }),
  ).toEqual({
    price: 2,
  });
});
