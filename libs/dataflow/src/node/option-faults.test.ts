import { describe, expect, test } from "vitest";
import { GraphError } from "../errors.ts";
import { graph } from "../graph/graph.ts";
import { node } from "../modifier/node.ts";
import { optionFaults } from "./option-faults.ts";

describe("pool and resources of a node", () => {
  const model = node(() => 1, { pool: "gpu", resources: { gpu: 1, memoryMb: 4_096 } });

  test("are in the graph, its nodes and its JSON", () => {
    const built = graph({ model, plain: () => 2 });

    expect(built.nodes[0]?.options).toMatchObject({ pool: "gpu", resources: { gpu: 1 } });
    expect(built.toJSON().nodes).toMatchObject([
      { name: "model", pool: "gpu", resources: { gpu: 1, memoryMb: 4_096 } },
      { name: "plain" },
    ]);
    expect(built.toJSON().nodes[1]).not.toHaveProperty("pool");
    expect(built.toJSON().nodes[1]).not.toHaveProperty("resources");
  });

  test("stay until an outer node names others", () => {
    const tagged = node(node(model, { pool: "cpu" }), { tags: { team: "ml" } });

    expect(graph({ tagged }).toJSON().nodes[0]).toMatchObject({
      pool: "cpu",
      resources: { gpu: 1, memoryMb: 4_096 },
      tags: { team: "ml" },
    });
  });

  test("do not change what runs", () => {
    expect(graph({ model }).plan("model").runSync()).toEqual({ model: 1 });
  });

  test("are refused when they cannot be meant, all at once", () => {
    const bad = node(() => 1, { pool: "my pool", resources: { gpu: -1, memoryMb: Number.NaN } });
    const place = { code: "dag/invalid-option", node: "bad" };

    expect(problemsOf(() => graph({ bad }))).toEqual([
      {
        ...place,
        message: 'node "bad" names the pool "my pool"',
        fix: "use 1 to 32 letters, digits, `-` or `_`",
      },
      {
        ...place,
        message: 'node "bad" takes -1 of the resource "gpu"',
        fix: "say a number from 0",
      },
      {
        ...place,
        message: 'node "bad" takes NaN of the resource "memoryMb"',
        fix: "say a number from 0",
      },
    ]);
  });

  test.each(["", " ", "a b", "x".repeat(33), "gpu.large", "ä"])("no pool is named %j", (pool) => {
    expect(optionFaults({ pool })).toHaveLength(1);
  });

  test.each(["g", "gpu-large_2", "x".repeat(32)])("a pool may be named %j", (pool) => {
    expect(optionFaults({ pool, resources: { cpu: 0, share: 0.5 } })).toEqual([]);
  });
});

function problemsOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    if (error instanceof GraphError) return error.problems;
    throw error;
  }
}
