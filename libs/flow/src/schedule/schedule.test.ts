import { scheduleSpecSchema } from "@weirflow/contracts";
import { describe, expect, test } from "vitest";
import { InvalidScheduleError, NotPlainError } from "../errors.ts";
import { type Schedule, scheduleKind, scheduleSpec } from "./schedule.ts";

describe("scheduleSpec", () => {
  test.each<Schedule<object>>([
    { daily: "6:05" },
    { cron: "*/5 * * * *", timeZone: "Europe/Berlin", catchUp: "all", overlap: "skip" },
    { every: { minutes: 1 } },
    { every: { hours: 36 }, params: { of: [1, { a: null }] } },
    { every: { days: 7 } },
  ])("of %j is one by the contract's schema", (schedule) => {
    const spec = scheduleSpec(schedule, "slug");

    expect(scheduleSpecSchema.parse(spec)).toEqual(spec);
    expect(spec.kind).toBe(scheduleKind(schedule));
  });

  test("adds hours and minutes", () => {
    const spec = scheduleSpec({ every: { hours: 1, minutes: 30 } }, "s");

    expect(spec).toMatchObject({ kind: "every", everyMs: 5_400_000 });
  });

  test.each<Schedule<object>>([
    { daily: "06:00", timeZone: "Europe/Berlinn" },
    { cron: "0 25 * * *" },
    { every: {} },
    { every: { hours: 0 } },
  ])("refuses %j", (schedule) => {
    expect(() => scheduleSpec(schedule, "s")).toThrow(InvalidScheduleError);
  });

  test("refuses a time of day that there is not", () => {
    expect(() => scheduleSpec({ daily: "24:00" }, "s")).toThrow(InvalidScheduleError);
    expect(() => scheduleSpec({ daily: "6:5" }, "s")).toThrow(InvalidScheduleError);
  });

  test("refuses parameters that are not JSON", () => {
    expect(() => scheduleSpec({ daily: "06:00", params: { at: new Date(0) } }, "s")).toThrow(
      NotPlainError,
    );
  });
});
