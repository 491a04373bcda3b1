import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidScheduleError } from "../errors.ts";
import {
  checkSchedule,
  lastOccurrence,
  nextOccurrence,
  occurrencesBetween,
  type Recurrence,
} from "./occurrences.ts";
import { Zone } from "./zone.ts";

const anchor = new Date("2026-01-01T00:00:00Z");
const hour = 3_600_000;

function next(spec: Recurrence, after: string): string | undefined {
  return nextOccurrence(spec, new Date(after), anchor)?.toISOString();
}

const zones = fc.constantFrom(...Intl.supportedValuesOf("timeZone"));
const clock = fc.record({ hours: fc.nat(23), minutes: fc.nat(59) }).map(({ hours, minutes }) => ({
  at: `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`,
  hours,
  minutes,
}));
const instants = fc.date({
  min: new Date("2015-01-01T00:00:00Z"),
  max: new Date("2035-01-01T00:00:00Z"),
  noInvalidDate: true,
});

describe("nextOccurrence of daily", () => {
  const daily = { kind: "daily", at: "06:00", timeZone: "America/Sao_Paulo" } as const;

  test("is the next time that the clock of the zone reads so", () => {
    expect(next(daily, "2026-03-01T00:00:00Z")).toBe("2026-03-01T09:00:00.000Z");
    expect(next(daily, "2026-03-01T09:00:00Z")).toBe("2026-03-02T09:00:00.000Z");
    expect(next(daily, "2026-03-01T08:59:59.999Z")).toBe("2026-03-01T09:00:00.000Z");
  });

  test("moves a time in a gap to the first instant after it, once", () => {
    const inGap = { kind: "daily", at: "02:30", timeZone: "Europe/Berlin" } as const;

    expect(next(inGap, "2026-03-28T12:00:00Z")).toBe("2026-03-29T01:00:00.000Z");
    expect(next(inGap, "2026-03-29T01:00:00Z")).toBe("2026-03-30T00:30:00.000Z");
  });

  test("takes the first of two", () => {
    const inFold = { kind: "daily", at: "02:30", timeZone: "Europe/Berlin" } as const;

    expect(next(inFold, "2026-10-24T12:00:00Z")).toBe("2026-10-25T00:30:00.000Z");
    expect(next(inFold, "2026-10-25T00:30:00Z")).toBe("2026-10-26T01:30:00.000Z");
  });

  test("knows gaps at midnight and of half an hour", () => {
    const midnight = { kind: "daily", at: "00:00", timeZone: "America/Asuncion" } as const;
    const lordHowe = { kind: "daily", at: "02:15", timeZone: "Australia/Lord_Howe" } as const;

    expect(next(midnight, "2023-09-30T12:00:00Z")).toBe("2023-10-01T04:00:00.000Z");
    expect(next(lordHowe, "2026-10-03T12:00:00Z")).toBe("2026-10-03T15:30:00.000Z");
  });

  test("lives through a day that a zone left out", () => {
    const apia = { kind: "daily", at: "12:00", timeZone: "Pacific/Apia" } as const;

    const found = occurrencesBetween(apia, {
      after: new Date("2011-12-28T23:00:00Z"),
      until: new Date("2011-12-31T23:00:00Z"),
      anchor,
    });

    expect(found.map((at) => at.toISOString())).toEqual([
      "2011-12-29T22:00:00.000Z",
      "2011-12-30T10:00:00.000Z",
      "2011-12-30T22:00:00.000Z",
      "2011-12-31T22:00:00.000Z",
    ]);
  });

  test("comes once for every day of any zone, at its time or right after a gap", () => {
    fc.assert(
      fc.property(zones, clock, instants, (timeZone, { at, hours, minutes }, after) => {
        const zone = new Zone(timeZone);
        const wanted = (hours * 60 + minutes) * 60_000;

        const found = nextOccurrence({ kind: "daily", at, timeZone }, after, anchor);

        const ms = found?.getTime() ?? 0;
        expect(ms).toBeGreaterThan(after.getTime());
        expect(ms - after.getTime()).toBeLessThanOrEqual(26 * hour);
        const local = zone.localAt(ms) % (24 * hour);
        if (local === wanted) return;
        const justBefore = zone.localAt(ms - 1) % (24 * hour);
        expect(justBefore).toBeLessThan(wanted);
        expect(zone.localAt(ms) - zone.localAt(ms - 1)).toBeGreaterThan(60_000);
      }),
      { numRuns: 300 },
    );
  });
});

describe("nextOccurrence of cron", () => {
  test("is the next instant that the pattern matches", () => {
    const weekdays = { kind: "cron", cron: "30 9 * * 1-5", timeZone: "UTC" } as const;

    expect(next(weekdays, "2026-01-02T10:00:00Z")).toBe("2026-01-05T09:30:00.000Z");
  });

  test("with a fixed time does what daily does, in any zone", () => {
    fc.assert(
      fc.property(zones, clock, instants, (timeZone, { at, hours, minutes }, after) => {
        const cron = `${minutes} ${hours} * * *`;

        const byCron = nextOccurrence({ kind: "cron", cron, timeZone }, after, anchor);

        expect(byCron).toEqual(nextOccurrence({ kind: "daily", at, timeZone }, after, anchor));
      }),
      { numRuns: 300 },
    );
  });

  test("with a list of hours counts each hour of a fold once", () => {
    const listed = { kind: "cron", cron: "30 2,14 * * *", timeZone: "Europe/Berlin" } as const;

    expect(next(listed, "2026-10-25T00:30:00Z")).toBe("2026-10-25T13:30:00.000Z");
  });

  test("with a step goes on through a repeated hour", () => {
    const often = { kind: "cron", cron: "*/30 * * * *", timeZone: "Europe/Berlin" } as const;

    expect(next(often, "2026-10-25T00:30:00Z")).toBe("2026-10-25T01:00:00.000Z");
    expect(next(often, "2026-10-25T01:00:00Z")).toBe("2026-10-25T01:30:00.000Z");
  });

  test("is null for a day that never comes", () => {
    expect(
      next({ kind: "cron", cron: "0 0 30 2 *", timeZone: "UTC" }, "2026-01-01T00:00:00Z"),
    ).toBe(undefined);
  });
});

describe("nextOccurrence of every", () => {
  test("counts elapsed time from the anchor, also over a change of the clock", () => {
    const spec = { kind: "every", everyMs: 6 * hour, timeZone: "Europe/Berlin" } as const;

    expect(next(spec, "2026-03-28T23:00:00Z")).toBe("2026-03-29T00:00:00.000Z");
    expect(next(spec, "2026-03-29T00:00:00Z")).toBe("2026-03-29T06:00:00.000Z");
  });

  test("does not come at the anchor itself", () => {
    const spec = { kind: "every", everyMs: hour, timeZone: "UTC" } as const;

    expect(next(spec, "2025-12-31T00:00:00Z")).toBe("2026-01-01T01:00:00.000Z");
    expect(next(spec, "2026-01-01T00:00:00Z")).toBe("2026-01-01T01:00:00.000Z");
  });

  test("keeps the wall clock of the anchor when it counts days", () => {
    const spec = { kind: "every", days: 2, timeZone: "Europe/Berlin" } as const;

    expect(next(spec, "2026-03-27T12:00:00Z")).toBe("2026-03-28T00:00:00.000Z");
    expect(next(spec, "2026-03-28T00:00:00Z")).toBe("2026-03-29T23:00:00.000Z");
  });
});

describe("occurrencesBetween and lastOccurrence", () => {
  const specs: fc.Arbitrary<Recurrence> = fc.oneof(
    fc.record({
      kind: fc.constant("daily" as const),
      at: clock.map(({ at }) => at),
      timeZone: zones,
    }),
    fc.record({
      kind: fc.constant("cron" as const),
      cron: fc.constantFrom("*/20 * * * *", "0 9 * * 1", "15 2 * * *", "0 0 1 1 *", "0 */5 * * *"),
      timeZone: zones,
    }),
    fc.record({
      kind: fc.constant("every" as const),
      everyMs: fc.integer({ min: 10 * 60_000, max: 48 * hour }),
      timeZone: zones,
    }),
    fc.record({
      kind: fc.constant("every" as const),
      days: fc.integer({ min: 1, max: 9 }),
      timeZone: zones,
    }),
  );

  test("give each occurrence once, in order, wherever the stretch is cut", () => {
    fc.assert(
      fc.property(specs, instants, fc.double({ min: 0, max: 1, noNaN: true }), (spec, from, at) => {
        const days = 5 * 24 * hour;
        const until = new Date(from.getTime() + days);
        const cut = new Date(from.getTime() + Math.floor(days * at));

        const whole = occurrencesBetween(spec, { after: from, until, anchor });
        const first = occurrencesBetween(spec, { after: from, until: cut, anchor });
        const second = occurrencesBetween(spec, { after: cut, until, anchor });

        expect([...first, ...second]).toEqual(whole);
        expect(whole).toEqual([...whole].sort((a, b) => a.getTime() - b.getTime()));
        const last = whole.at(-1);
        if (last !== undefined) expect(lastOccurrence(spec, until, anchor)).toEqual(last);
      }),
      { numRuns: 150 },
    );
  });

  test("stop at the limit with the earliest ones", () => {
    const minutely = { kind: "cron", cron: "* * * * *", timeZone: "UTC" } as const;

    const found = occurrencesBetween(minutely, {
      after: new Date("2026-01-01T00:00:00Z"),
      until: new Date("2027-01-01T00:00:00Z"),
      anchor,
      limit: 2,
    });

    expect(found.map((at) => at.toISOString())).toEqual([
      "2026-01-01T00:01:00.000Z",
      "2026-01-01T00:02:00.000Z",
    ]);
  });

  test("find nothing before the anchor of an interval, and nothing that never occurs", () => {
    const never = { kind: "cron", cron: "0 0 30 2 *", timeZone: "UTC" } as const;
    const interval = { kind: "every", everyMs: hour, timeZone: "UTC" } as const;

    expect(lastOccurrence(never, anchor, anchor)).toBe(null);
    expect(lastOccurrence(interval, anchor, anchor)).toBe(null);
  });
});

describe("checkSchedule", () => {
  test.each([
    [{ kind: "cron", cron: "0 6 * *", timeZone: "UTC" }, "five fields"],
    [{ kind: "cron", cron: "61 6 * * *", timeZone: "UTC" }, "61 6"],
    [{ kind: "cron", cron: "2026-01-01T00:00:00", timeZone: "UTC" }, "five fields"],
    [{ kind: "daily", at: "06:00", timeZone: "Europe/Berlinn" }, "no such time zone"],
    [{ kind: "every", timeZone: "UTC" }, "either"],
    [{ kind: "every", everyMs: 1, days: 1, timeZone: "UTC" }, "either"],
  ] satisfies readonly (readonly [Recurrence, string])[])("refuses %j", (spec, reason) => {
    expect(() => checkSchedule(spec)).toThrow(InvalidScheduleError);
    expect(() => checkSchedule(spec)).toThrow(reason);
  });

  test("accepts what occurs", () => {
    checkSchedule({ kind: "cron", cron: "@daily", timeZone: "Europe/Berlin" });
    checkSchedule({ kind: "every", days: 1, timeZone: "UTC" });
  });
});
