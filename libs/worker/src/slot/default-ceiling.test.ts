import { describe, expect, test } from "vitest";
import { defaultCeiling } from "./default-ceiling.ts";

describe("defaultCeiling", () => {
  test.each([
    ["the machine's memory", 1_000, 0, 800],
    ["the container's where it has less", 1_000, 500, 400],
    ["the machine's where the container has no limit", 1_000, 2 ** 64, 800],
  ])("is 0.8 of %s", (_name, machine, container, ceiling) => {
    expect(defaultCeiling(machine, container)).toBe(ceiling);
  });

  test("asks this machine", () => {
    expect(defaultCeiling()).toBeGreaterThan(2 ** 28);
  });
});
