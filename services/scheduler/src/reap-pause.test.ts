import { describe, expect, test } from "vitest";
import { ReapPause } from "./reap-pause.ts";

const LEASE_MS = 15_000;

describe("ReapPause", () => {
  test("lasts one lease after the start", () => {
    let now = 1_000;
    const pause = new ReapPause(LEASE_MS, () => now);

    expect(pause.mayReap()).toBe(false);
    now += LEASE_MS - 1;
    expect(pause.mayReap()).toBe(false);
    now += 1;
    expect(pause.mayReap()).toBe(true);
  });

  test("starts again with each outage", () => {
    let now = 0;
    const pause = new ReapPause(LEASE_MS, () => now);
    now = LEASE_MS;

    pause.extend();

    expect(pause.mayReap()).toBe(false);
    now += LEASE_MS;
    expect(pause.mayReap()).toBe(true);
  });

  test("is never shortened", () => {
    let now = 0;
    const pause = new ReapPause(LEASE_MS, () => now);
    now = 10_000;
    pause.extend();
    now = LEASE_MS;

    expect(pause.mayReap()).toBe(false);
  });
});
