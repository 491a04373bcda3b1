import { describe, expect, test } from "vitest";
import { AttemptRecord } from "./attempt-record.ts";

const ended = (node: string) => ({ node, state: "succeeded" as const, startUs: 0, durationUs: 5 });

describe("AttemptRecord", () => {
  test("counts nodes and names the first five that run", () => {
    const record = new AttemptRecord();
    record.hear({ kind: "begun", nodesTotal: 9, inputs: [] });
    const names = ["a", "b", "c", "d", "e", "f", "g"];
    record.hear({
      kind: "nodes",
      started: names.map((node) => ({ node, startUs: 0 })),
      ended: [ended("a")],
    });

    expect(record.progress()).toEqual({
      nodesDone: 1,
      nodesTotal: 9,
      running: ["b", "c", "d", "e", "f"],
    });
  });

  test("keeps the last text, cut to what a message takes", () => {
    const record = new AttemptRecord();

    expect(record.hear({ kind: "progress", text: "x".repeat(600) })).toBe(true);

    expect(record.progress().text).toHaveLength(500);
  });

  test("ends what still ran when the slot was ended", () => {
    const record = new AttemptRecord();
    record.hear({ kind: "nodes", started: [{ node: "spin", startUs: 100 }], ended: [] });

    record.endRunning(350, "cancelled", { code: "c", message: "m" });

    expect(record.nodes).toEqual([
      { node: "spin", state: "cancelled", startUs: 100, durationUs: 250 },
    ]);
    expect(record.progress().running).toEqual([]);
  });

  test("says of a node that ended with its slot why it failed", () => {
    const record = new AttemptRecord();
    record.hear({ kind: "nodes", started: [{ node: "boom", startUs: 0 }], ended: [] });

    record.endRunning(10, "failed", { code: "worker/task-crashed", message: "gone" });

    expect(record.nodes[0]).toMatchObject({
      state: "failed",
      error: { code: "worker/task-crashed" },
    });
  });

  test("knows which messages change the progress", () => {
    const record = new AttemptRecord();

    expect(record.hear({ kind: "up" })).toBe(false);
    expect(record.hear({ kind: "nodes", started: [], ended: [] })).toBe(true);
  });
});
