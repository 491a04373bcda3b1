import type { NodeExecution } from "@weirflow/contracts";
import { describe, expect, test } from "vitest";
import { worthSpans } from "./node-spans.ts";

const nodes = (count: number, state: NodeExecution["state"]): NodeExecution[] =>
  Array.from({ length: count }, (_, i) => ({ node: `n${i}`, state, startUs: i, durationUs: i }));

describe("worthSpans", () => {
  test("takes all of up to 200 nodes that ran, in order", () => {
    const ran = nodes(200, "succeeded");

    expect(worthSpans([...ran, ...nodes(500, "cached"), ...nodes(1, "skipped")])).toEqual(ran);
  });

  test("takes the 200 slowest of more", () => {
    const taken = worthSpans(nodes(1_000, "succeeded"));

    expect(taken).toHaveLength(200);
    expect(Math.min(...taken.map((node) => node.durationUs))).toBe(800);
  });
});
