import { expect, test } from "vitest";
import { KnownGraphs } from "./known-graphs.ts";

const graph = (graphId: number) => ({ graphId, nodes: new Map([["total", 0]]) });

test("remembers what it was told, newest first", () => {
  const known = new KnownGraphs();
  known.remember(new Map([["a", graph(1)]]));
  known.remember(new Map([["a", graph(2)]]));

  expect(known.get("a")?.graphId).toBe(2);
  expect(known.get("b")).toBeUndefined();
});

test("forgets the oldest beyond five hundred", () => {
  const known = new KnownGraphs();
  for (let i = 0; i < 501; i++) known.remember(new Map([[`g${i}`, graph(i)]]));

  expect(known.get("g0")).toBeUndefined();
  expect(known.get("g1")?.graphId).toBe(1);
  expect(known.get("g500")?.graphId).toBe(500);
});
