import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ProgressReporter } from "./progress-reporter.ts";

describe("ProgressReporter", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("sends the first change at once and then at most five a second", () => {
    const sent: number[] = [];
    let state = 0;
    const reporter = new ProgressReporter(() => sent.push(state));

    for (; state < 99; state += 1) {
      reporter.changed();
      vi.advanceTimersByTime(10);
    }

    expect(sent).toEqual([0, 19, 39, 59, 79]);
    reporter[Symbol.dispose]();
  });

  test("sends the last change, when it stops at the latest", () => {
    const sent: string[] = [];
    let state = "first";
    const reporter = new ProgressReporter(() => sent.push(state));
    reporter.changed();
    state = "last";
    reporter.changed();

    reporter[Symbol.dispose]();
    vi.advanceTimersByTime(1_000);

    expect(sent).toEqual(["first", "last"]);
  });

  test("sends nothing while nothing changes", () => {
    const sent: string[] = [];
    const reporter = new ProgressReporter(() => sent.push("x"));

    vi.advanceTimersByTime(1_000);
    reporter.changed();
    vi.advanceTimersByTime(1_000);
    reporter[Symbol.dispose]();

    expect(sent).toEqual(["x"]);
  });
});
