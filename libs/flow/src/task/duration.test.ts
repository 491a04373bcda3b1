import { describe, expect, test } from "vitest";
import { durationMs } from "./duration.ts";

describe("durationMs", () => {
  test.each([
    ["500ms", 500],
    ["1.5s", 1_500],
    ["10m", 600_000],
    ["2h", 7_200_000],
    ["1d", 86_400_000],
  ])("of %s is %d", (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });

  test.each(["10", "m", "-1s", "1e3s", "10 m", "1w", ""])("of %j is nothing", (text) => {
    expect(durationMs(text)).toBe(undefined);
  });
});
