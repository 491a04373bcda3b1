import { describe, expect, test } from "vitest";
import { fakeClock } from "./fake-clock.ts";

describe("fakeClock", () => {
  test("stands still until it is moved", () => {
    const clock = fakeClock("2026-03-01T05:59:00Z");
    const before = clock.now();

    clock.advance(60_000);

    expect(before.toISOString()).toBe("2026-03-01T05:59:00.000Z");
    expect(clock.now().toISOString()).toBe("2026-03-01T06:00:00.000Z");
  });

  test("goes where it is put", () => {
    const clock = fakeClock(new Date(0));

    clock.set("2026-01-01T00:00:00Z");

    expect(clock.now().getTime()).toBe(1_767_225_600_000);
  });
});
