import { describe, expect, test } from "vitest";
import { StopRequest } from "./stop-request.ts";

describe("StopRequest", () => {
  test("keeps the first reason", () => {
    const stop = new StopRequest();

    stop.ask("timed_out", "too long");
    stop.ask("cancelled", "by a person");

    expect(stop.asked).toEqual({ outcome: "timed_out", reason: "too long" });
    expect(stop.signal.aborted).toBe(true);
    expect(stop.stale.aborted).toBe(false);
  });

  test("stops without an outcome when nobody wants the result", () => {
    const stop = new StopRequest();

    stop.drop("another attempt");

    expect(stop.asked).toBeUndefined();
    expect(stop.signal.aborted && stop.stale.aborted).toBe(true);
  });

  test("drops also what was asked to stop before", () => {
    const stop = new StopRequest();

    stop.ask("cancelled", "by a person");
    stop.drop("another attempt");

    expect(stop.stale.aborted).toBe(true);
  });
});
