import type { ScheduleSpec } from "@weirflow/contracts";
import { assertNever } from "@weirflow/errors";
import { Cron } from "croner";
import { InvalidScheduleError } from "../errors.ts";
import { Zone } from "./zone.ts";

/** The schedule of a deployment, as far as its occurrences depend on it. */
export type Recurrence = DistributivePick<
  ScheduleSpec,
  "kind" | "at" | "cron" | "everyMs" | "days" | "timeZone"
>;

type DistributivePick<T, K extends string> = T extends unknown
  ? Pick<T, Extract<keyof T, K>>
  : never;

/** A stretch of time, and how much of it to look at. */
export interface Stretch {
  /** Occurrences at this instant do not count. */
  readonly after: Date;
  /** Occurrences at this instant count. */
  readonly until: Date;
  /** When the schedule came to be: where `every` counts from. */
  readonly anchor: Date;
  /** Occurrences at most, the earliest ones. @default 10_000 */
  readonly limit?: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** No pattern of cron pauses longer, save those that never occur. */
const LONGEST_PAUSE_MS = 41 * 366 * DAY_MS;

/**
 * The first occurrence of a schedule strictly after `after`.
 *
 * `daily` and `cron` follow the wall clock of the time zone: a time that a change of the clock skips is moved to the first
 * instant after the gap, one that it repeats counts at its first occurrence. A cron pattern with a wildcard or step in its
 * minutes or hours goes on through a repeated hour, and skips a missing one. `every` with `everyMs` is elapsed time since
 * the anchor; with `days` it is the anchor's wall clock time, every so many calendar days. The anchor itself is not an
 * occurrence.
 *
 * @returns `null` when there is none, e.g. for the 30th of February.
 * @throws {@link InvalidScheduleError} `flow/invalid-schedule`, for an unknown time zone or a pattern that is none.
 * @example
 * nextOccurrence({ kind: "daily", at: "06:00", timeZone: "Europe/Berlin" }, now, anchor);
 */
export function nextOccurrence(spec: Recurrence, after: Date, anchor: Date): Date | null {
  switch (spec.kind) {
    case "daily":
      return nextDay(zoneOf(spec), { after, first: localTimeToday(spec, after), days: 1 });
    case "cron":
      return cronOf(spec).nextRun(after);
    case "every":
      return spec.days === undefined
        ? nextStep(after, anchor, spec.everyMs)
        : nextDay(zoneOf(spec), { after, first: zoneOf(spec).localAt(anchor.getTime()), ...spec });
    default:
      return assertNever(spec);
  }
}

/**
 * The occurrences of a schedule in a stretch of time, in order.
 *
 * @throws {@link InvalidScheduleError} `flow/invalid-schedule`.
 */
export function occurrencesBetween(spec: Recurrence, stretch: Stretch): readonly Date[] {
  const { until, anchor, limit = 10_000 } = stretch;
  const found: Date[] = [];
  let at = nextOccurrence(spec, stretch.after, anchor);
  while (at !== null && at <= until && found.length < limit) {
    found.push(at);
    at = nextOccurrence(spec, at, anchor);
  }
  return found;
}

/**
 * The last occurrence at or before `until`, found without walking through all that came before.
 *
 * @returns `null` when there is none.
 * @throws {@link InvalidScheduleError} `flow/invalid-schedule`.
 */
export function lastOccurrence(spec: Recurrence, until: Date, anchor: Date): Date | null {
  for (let backMs = MINUTE_MS; backMs < 2 * LONGEST_PAUSE_MS; backMs *= 2) {
    const after = new Date(until.getTime() - backMs);
    const last = occurrencesBetween(spec, { after, until, anchor, limit: Infinity }).at(-1);
    if (last !== undefined) return last;
  }
  return null;
}

/**
 * Checks a schedule before it is stored.
 *
 * @throws {@link InvalidScheduleError} `flow/invalid-schedule`, saying what is wrong.
 */
export function checkSchedule(spec: Recurrence): void {
  zoneOf(spec);
  if (spec.kind === "cron") cronOf(spec);
  if (spec.kind === "daily" && !/^([01]\d|2[0-3]):[0-5]\d$/.test(spec.at))
    throw new InvalidScheduleError(spec.at, "there is no such time of day");
  if (spec.kind === "every" && (spec.days === undefined) === (spec.everyMs === undefined))
    throw new InvalidScheduleError("every", "give either a time or a number of days");
}

function nextStep(after: Date, anchor: Date, everyMs: number | undefined): Date | null {
  if (everyMs === undefined) return null;
  const passed = Math.floor((after.getTime() - anchor.getTime()) / everyMs);
  return new Date(anchor.getTime() + Math.max(1, passed + 1) * everyMs);
}

interface Days {
  readonly after: Date;
  /** The wall clock at one occurrence. */
  readonly first: number;
  readonly days?: number | undefined;
}

/** The first of the wall clock times `first`, `first` + `days`, … whose instant is after `after`. */
function nextDay(zone: Zone, { after, first, days = 1 }: Days): Date {
  const stepMs = days * DAY_MS;
  const passed = Math.floor((zone.localAt(after.getTime()) - first) / stepMs);
  // one step early: a change of the clock by up to a day may lie between
  let step = Math.max(1, passed - 1);
  let at = zone.instantOf(first + step * stepMs);
  while (at <= after.getTime()) at = zone.instantOf(first + ++step * stepMs);
  return new Date(at);
}

/** The wall clock time of a daily schedule, some days before `after`. */
function localTimeToday(spec: Extract<Recurrence, { kind: "daily" }>, after: Date): number {
  const midnight = Math.floor(after.getTime() / DAY_MS) * DAY_MS;
  const [hours = 0, minutes = 0] = spec.at.split(":").map(Number);
  return midnight + (hours * 60 + minutes) * MINUTE_MS - 4 * DAY_MS;
}

function zoneOf({ timeZone }: Recurrence): Zone {
  try {
    return new Zone(timeZone);
  } catch (cause) {
    throw new InvalidScheduleError(timeZone, "there is no such time zone", cause);
  }
}

function cronOf({ cron, timeZone }: Extract<Recurrence, { kind: "cron" }>): Cron {
  if (!/^(@[a-z]+|\S+(\s+\S+){4,5})$/.test(cron.trim()))
    throw new InvalidScheduleError(cron, "a pattern has five fields, or six with seconds first");
  try {
    return new Cron(cron.trim(), {
      timezone: timeZone,
      paused: true,
      fixedTimeRule: "no-wildcard",
    });
  } catch (cause) {
    throw new InvalidScheduleError(cron, reasonOf(cause), cause);
  }
}

function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
