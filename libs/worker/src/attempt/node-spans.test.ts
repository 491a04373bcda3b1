import type { GraphDescription, NodeExecution } from "@weirflow/contracts";
import { describe, expect, test } from "vitest";
import { nodeSpans } from "./node-spans.ts";

const error = { code: "dag/node-failed", message: "no rows" } as NodeExecution["error"];
const graph: GraphDescription = {
  nodes: [
    { name: "rows", kind: "each", dependencies: [], tags: { team: "data", areas: ["eu", "us"] } },
    { name: "unused", kind: "function", dependencies: [], tags: {} },
  ],
  edges: [],
};

describe("nodeSpans", () => {
  test("tell of each node how it ran, what it is, and in which attempt", () => {
    const ran: NodeExecution = { node: "rows", state: "failed", startUs: 1, durationUs: 2, error };

    expect(nodeSpans([ran], graph, 3)).toEqual([
      {
        node: "rows",
        kind: "each",
        tags: { team: "data", areas: ["eu", "us"] },
        attempt: 3,
        state: "failed",
        startUs: 1,
        durationUs: 2,
        error,
      },
    ]);
  });

  test("tell of a node that the graph does not have how it ran", () => {
    const ran: NodeExecution = { node: "gone", state: "succeeded", startUs: 1, durationUs: 2 };

    for (const known of [graph, undefined])
      expect(nodeSpans([ran], known, 1)).toEqual([
        { node: "gone", attempt: 1, state: "succeeded", startUs: 1, durationUs: 2 },
      ]);
  });
});
