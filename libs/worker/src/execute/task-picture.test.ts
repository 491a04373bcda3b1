import type { GraphDescription, NodeExecution } from "@weirflow/contracts";
import { describe, expect, test } from "vitest";
import { Artifacts } from "./artifacts.ts";
import { addTaskPicture } from "./task-picture.ts";

const graph: GraphDescription = {
  nodes: [
    { name: "n", kind: "input", dependencies: [], tags: {} },
    { name: "twice", kind: "function", dependencies: [{ name: "n", required: true }], tags: {} },
  ],
  edges: [["n", "twice"]],
};
const ran = (durationUs: number): ReadonlyMap<string, NodeExecution> =>
  new Map([["twice", { node: "twice", state: "succeeded", startUs: 0, durationUs }]]);

const svgOf = (artifacts: Artifacts): string =>
  new TextDecoder().decode(artifacts.all.find(({ key }) => key === "graph")?.bytes);

describe("addTaskPicture", () => {
  test("draws the graph with what became of its nodes, as SVG and PNG", async () => {
    const artifacts = new Artifacts();

    await addTaskPicture({ title: "adding", graph, nodes: ran(12_345) }, artifacts);

    expect(artifacts.all.map(({ key, mediaType }) => [key, mediaType])).toEqual([
      ["graph", "image/svg+xml"],
      ["graph.png", "image/png"],
    ]);
    expect(svgOf(artifacts)).toContain("12 ms");
    expect([...(artifacts.all[1]?.bytes.subarray(1, 4) ?? [])]).toEqual([0x50, 0x4e, 0x47]);
  });

  test.each(["succeeded", "failed", "cached", "skipped", "cancelled"] as const)(
    "shows a node that was %s as that",
    async (state) => {
      const artifacts = new Artifacts();
      const nodes = new Map([["twice", { node: "twice", state, startUs: 0, durationUs: 1 }]]);

      await addTaskPicture({ title: "adding", graph, nodes }, artifacts);

      expect(svgOf(artifacts)).toMatch(new RegExp(`class="[^"]*\\bis-${state}\\b`));
    },
  );

  test.each([
    [850, "850 µs"],
    [1_234, "1.2 ms"],
    [2_500_000, "2.5 s"],
  ])("writes %i µs as %s", async (us, text) => {
    const artifacts = new Artifacts();

    await addTaskPicture({ title: "adding", graph, nodes: ran(us) }, artifacts);

    expect(svgOf(artifacts)).toContain(text);
  });

  test("leaves alone what a node saved under the same key, and draws nothing of nothing", async () => {
    const artifacts = new Artifacts();
    artifacts.add({ key: "graph", kind: "graph", mediaType: "text/plain", body: "mine" });

    await addTaskPicture({ title: "adding", graph, nodes: ran(1) }, artifacts);
    expect(svgOf(artifacts)).toBe("mine");

    const none = new Artifacts();
    await addTaskPicture({ title: "t", graph: { nodes: [], edges: [] }, nodes: ran(1) }, none);
    expect(none.all).toEqual([]);
  });
});
