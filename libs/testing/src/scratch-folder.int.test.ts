import { readdirSync, rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { scratchFolder } from "./scratch-folder.ts";

describe("scratchFolder", () => {
  test("makes another empty folder each time", async () => {
    const [one, two] = await Promise.all([scratchFolder("x"), scratchFolder("x")]);

    expect(one).not.toBe(two);
    expect(one).toMatch(/weirflow-test-x-/);
    expect(readdirSync(one)).toEqual([]);
    for (const folder of [one, two]) rmSync(folder, { recursive: true });
  });
});
