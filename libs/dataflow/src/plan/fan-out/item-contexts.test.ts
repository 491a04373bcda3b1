import { expect, test } from "vitest";
import { graph } from "../../graph/graph.ts";
import { collect } from "../../modifier/collect.ts";
import { each } from "../../modifier/each.ts";
import type { NodeContext } from "../../node-context.ts";
import type { ContextSource } from "../plugin.ts";

test("items have a context each, which is told of which items it is", async () => {
  const nodes = {
    outer: each((): readonly string[] => ["a", "b"]),
    inner: each(({ outer }: { outer: string }): readonly string[] => [`${outer}1`, `${outer}2`]),
    said: ({ inner }: { inner: string }, { log }: NodeContext): string => {
      log(inner);
      return inner;
    },
    saids: collect(({ said }: { said: readonly string[] }): number => said.length),
    total: collect(({ saids }: { saids: readonly number[] }, { log }: NodeContext): number => {
      log("total");
      return saids.length;
    }),
  };
  const lines: string[] = [];
  const context: ContextSource = ({ name }, items) => ({
    log: (line) => lines.push(`${name} ${items.join(".")}: ${line}`),
  });

  await graph(nodes).plan("total").run({}, { context });

  expect(lines.toSorted()).toEqual([
    "said 0.0: a1",
    "said 0.1: a2",
    "said 1.0: b1",
    "said 1.1: b2",
    "total : total",
  ]);
});
