import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Zone } from "./zone.ts";

const utc = (text: string): number => Date.parse(`${text}Z`);

describe("Zone", () => {
  test("reads the wall clock at an instant, down to the millisecond", () => {
    const zone = new Zone("Asia/Kolkata");

    expect(zone.localAt(utc("2026-01-01T00:00:00.123"))).toBe(utc("2026-01-01T05:30:00.123"));
  });

  test("finds the instant of a wall clock reading: the first of two, the end of a gap", () => {
    const zone = new Zone("America/New_York");

    expect(zone.instantOf(utc("2026-07-01T12:00:00"))).toBe(utc("2026-07-01T16:00:00"));
    expect(zone.instantOf(utc("2026-11-01T01:30:00"))).toBe(utc("2026-11-01T05:30:00"));
    expect(zone.instantOf(utc("2026-03-08T02:30:00"))).toBe(utc("2026-03-08T07:00:00"));
  });

  test("knows no zone by another name", () => {
    expect(() => new Zone("Mars/Olympus")).toThrow(RangeError);
  });

  test("gives back what it read, or an earlier instant that reads the same", () => {
    const zones = fc.constantFrom(...Intl.supportedValuesOf("timeZone"));
    const instants = fc.integer({
      min: utc("1990-01-01T00:00:00"),
      max: utc("2037-01-01T00:00:00"),
    });
    fc.assert(
      fc.property(zones, instants, (name, instant) => {
        const zone = new Zone(name);

        const again = zone.instantOf(zone.localAt(instant));

        expect(zone.localAt(again)).toBe(zone.localAt(instant));
        expect(again).toBeLessThanOrEqual(instant);
      }),
      { numRuns: 300 },
    );
  });
});
