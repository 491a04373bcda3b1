import type { FlowManifest } from "@weirflow/contracts";
import { describe, expect, test } from "vitest";
import { joinedPicture, taskGraphs } from "./flow-pictures.ts";

const graph = {
  nodes: [
    { name: "of", kind: "input" as const, dependencies: [], tags: {} },
    {
      name: "half",
      kind: "function" as const,
      dependencies: [{ name: "of", required: true }],
      tags: {},
    },
  ],
  edges: [["of", "half"] as [string, string]],
};
const call = (id: string, task: string) => ({ id, task, graph });
// of a manifest only the calls are looked at
const manifest = {
  flow: "f",
  calls: [call("a", "halve"), call("b", "halve"), call("c", "join")],
} as unknown as FlowManifest;

describe("taskGraphs", () => {
  test("has each task once, at its first call", () => {
    expect(taskGraphs([manifest]).map(({ call, task }) => [call, task])).toEqual([
      ["a", "halve"],
      ["c", "join"],
    ]);
  });
});

describe("joinedPicture", () => {
  test("shows one graph as it is", () => {
    const [first] = taskGraphs([manifest]);
    const picture = joinedPicture(first === undefined ? [] : [first]);

    expect(picture.title).toBe("f: halve");
    expect(picture.nodes.map(({ id }) => id)).toEqual(["of", "half"]);
  });

  test("shows several side by side, with names that do not meet", () => {
    const picture = joinedPicture(taskGraphs([manifest]));

    expect(picture.nodes.map(({ id, label, group }) => [id, label, group])).toEqual([
      ["halve.of", "of", "halve"],
      ["halve.half", "half", "halve"],
      ["join.of", "of", "join"],
      ["join.half", "half", "join"],
    ]);
    expect(picture.edges.map(({ from, to }) => [from, to])).toEqual([
      ["halve.of", "halve.half"],
      ["join.of", "join.half"],
    ]);
  });

  test("tells the tasks of several flows apart", () => {
    const other = { ...manifest, flow: "g" };

    const ids = joinedPicture(taskGraphs([manifest, other])).nodes.map(({ id }) => id);

    expect(new Set(ids).size).toBe(8);
    expect(ids).toContain("g.halve.half");
  });
});
