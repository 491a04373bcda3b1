import { nodeExecutionSchema, type NodeExecution } from "@weirflow/contracts";
import { collect, each, graphFrom, node, type NodeContext } from "@weirflow/dataflow";
import { createCodecs } from "@weirflow/values";
import { describe, expect, test } from "vitest";
import type { StartedNode } from "../slot/slot-messages.ts";
import { NodeRecorder } from "./node-recorder.ts";
import { ValueHashes } from "./value-hashes.ts";

interface Told {
  readonly started: readonly StartedNode[];
  readonly ended: readonly NodeExecution[];
}

function recorder(nowMs: () => number = () => 0) {
  const told: Told[] = [];
  const codecs = createCodecs();
  const made = new NodeRecorder({
    hashes: new ValueHashes(codecs),
    codecs,
    codeVersionOf: (name) => `code of ${name}`,
    tell: (started, ended) => told.push({ started, ended }),
    nowMs,
  });
  const ended = (): readonly NodeExecution[] => told.flatMap((one) => one.ended);
  return { made, told, ended };
}

const numbers = {
  twice: ({ n }: { n: number }): number => 2 * n,
  sum: async ({ n, twice }: { n: number; twice: number }): Promise<number> => n + twice,
};

describe("NodeRecorder", () => {
  test("records each node: state, times, hash, key and summary", async () => {
    const { made, ended } = recorder();
    let us = 0;

    await graphFrom([numbers])
      .plan(["sum"])
      .run({ n: 2 }, { plugins: [made.plugin], nowUs: () => (us += 10) });
    made.end();

    expect(ended()).toMatchObject([
      { node: "twice", state: "succeeded", summary: { type: "number", preview: "4" } },
      { node: "sum", state: "succeeded", summary: { type: "number", preview: "6" } },
    ]);
    for (const execution of ended()) {
      expect(nodeExecutionSchema.parse(execution)).toEqual(execution);
      expect(execution.durationUs).toBeGreaterThan(0);
      expect(execution.cacheKey).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(made.nodes.get("sum")?.state).toBe("succeeded");
  });

  test("tells of a node before it runs, in case it never gives the thread back", () => {
    const { made, told } = recorder();
    const seen: number[] = [];
    const modules = {
      first: (): number => 1,
      second: ({ first }: { first: number }): number => {
        seen.push(told.flatMap(({ started }) => started).length);
        return first;
      },
    };

    graphFrom([modules])
      .plan(["second"])
      .runSync({}, { plugins: [made.plugin] });

    expect(seen).toEqual([2]);
  });

  test("tells of many nodes in few messages", () => {
    const { made, told, ended } = recorder();
    const many = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, i) => [`n${i}`, (): number => i]),
    );

    graphFrom([many])
      .plan(Object.keys(many))
      .runSync({}, { plugins: [made.plugin] });
    made.end();

    expect(ended()).toHaveLength(2_000);
    expect(told.length).toBeLessThanOrEqual(501);
  });

  test("records what a node threw, under its name", async () => {
    const { made, ended } = recorder();
    const modules = {
      bad: (): number => {
        throw new RangeError("no");
      },
    };

    await expect(
      graphFrom([modules])
        .plan(["bad"])
        .run({}, { plugins: [made.plugin] }),
    ).rejects.toThrow();
    made.end();

    expect(ended()).toMatchObject([
      { node: "bad", state: "failed", error: { node: "bad", message: "no" } },
    ]);
    expect(ended()[0]).not.toHaveProperty("valueHash");
  });

  test("records the facts that a node told", async () => {
    const { made, ended } = recorder();
    const modules = {
      rows: (_: object, { record }: NodeContext): number[] => {
        record({ path: "a.csv", sizeBytes: 12, rows: 2 });
        return [1, 2];
      },
      count: ({ rows }: { rows: readonly number[] }): number => rows.length,
    };

    await graphFrom([modules])
      .plan(["count"])
      .run({}, { plugins: [made.plugin] });
    made.end();

    const [rows, count] = ended();
    expect(rows?.facts).toEqual({ path: "a.csv", sizeBytes: 12, rows: 2 });
    expect(count).not.toHaveProperty("facts");
    expect(nodeExecutionSchema.parse(rows)).toEqual(rows);
  });

  test("records the outcomes of checks", () => {
    const { made, ended } = recorder();
    const isLarge = (n: number): true | string => n > 10 || `${n} is small`;
    const modules = {
      price: node((): number => 5, {
        check: { test: isLarge, name: "large", onFail: "warn" },
      }),
    };

    graphFrom([modules])
      .plan(["price"])
      .runSync({}, { plugins: [made.plugin] });
    made.end();

    expect(ended()[0]?.checks).toEqual([
      { name: "large", ok: false, level: "warn", message: "5 is small" },
    ]);
  });

  test("records a node that runs for items once, with one start", async () => {
    const { made, ended, told } = recorder();
    const modules = {
      city: each(({ cities }: { cities: readonly string[] }) => cities, { onError: "skip" }),
      size: async ({ city }: { city: string }, { record }: NodeContext): Promise<number> => {
        record({ letters: city.length });
        if (city === "") throw new Error("no name");
        return await Promise.resolve(city.length);
      },
      sizes: collect(({ size }: { size: readonly number[] }) => size),
    };

    await graphFrom([modules])
      .plan(["sizes"])
      .run({ cities: ["Ulm", "", "Bern"] }, { plugins: [made.plugin] });
    made.end();

    expect(told.flatMap(({ started }) => started).map(({ node: name }) => name)).toEqual([
      "city",
      "size",
      "sizes",
    ]);
    expect(ended().map(({ node: name, state, facts }) => [name, state, facts])).toEqual([
      ["city", "succeeded", undefined],
      ["sizes", "succeeded", undefined],
      ["size", "succeeded", { letters: 3, items: 3, failedItems: 1 }],
    ]);
    for (const execution of ended())
      expect(nodeExecutionSchema.parse(execution)).toEqual(execution);
    expect(made.nodes.get("size")?.state).toBe("succeeded");
  });
});
