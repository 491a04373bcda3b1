import type { ScheduleSpec } from "@weirflow/contracts";
import { plainFields } from "../reference/plain-json.ts";
import { checkSchedule } from "./occurrences.ts";

/**
 * When a flow runs by itself. Written as a literal, so that the compiler finds what is misspelt.
 *
 * @typeParam P - the parameters of the flow, each of which a schedule may set.
 * @example
 * schedules: [{ daily: "06:00", timeZone: "America/Sao_Paulo", catchUp: "latest" }],
 */
export type Schedule<P = {}> = (
  | {
      /** The time on the clock of the time zone, `HH:MM`. */
      readonly daily: `${number}:${number}`;
    }
  | {
      /** Five fields, or six with seconds first. */
      readonly cron: string;
    }
  | { readonly every: Interval }
) & {
  /** Names the schedule in its deployment: keep it, and an edited schedule goes on where it was. @default its kind, numbered */
  readonly slug?: string;
  /** IANA name. @default "UTC" */
  readonly timeZone?: string;
  /** What becomes of occurrences that nothing was there to start. @default "latest" */
  readonly catchUp?: "skip" | "latest" | "all";
  /** What happens while an earlier run of this schedule is still going. @default "allow" */
  readonly overlap?: "allow" | "skip";
  /** Parameters that differ from the deployment's. */
  readonly params?: P;
};

/** Hours and minutes are elapsed time, days are calendar days: exactly one kind of the two. */
export type Interval =
  | { readonly hours?: number; readonly minutes?: number; readonly days?: never }
  | { readonly days: number; readonly hours?: never; readonly minutes?: never };

/**
 * A schedule as data.
 *
 * @throws {@link InvalidScheduleError} `flow/invalid-schedule`.
 * @throws {@link NotPlainError} `flow/not-plain`, for parameters that are not JSON.
 */
export function scheduleSpec(schedule: Schedule<object>, slug: string): ScheduleSpec {
  const { timeZone = "UTC", catchUp = "latest", overlap = "allow" } = schedule;
  const params = plainFields(schedule.params ?? {}, "params");
  const spec = { ...recurrence(schedule), slug, timeZone, catchUp, overlap, params };
  checkSchedule(spec);
  return spec;
}

/** `daily`, `cron` or `every`: what a schedule is called that has no slug. */
export function scheduleKind(schedule: Schedule<object>): ScheduleSpec["kind"] {
  if ("daily" in schedule) return "daily";
  return "cron" in schedule ? "cron" : "every";
}

type OwnFields =
  | { readonly kind: "daily"; readonly at: string }
  | { readonly kind: "cron"; readonly cron: string }
  | { readonly kind: "every"; readonly everyMs?: number; readonly days?: number };

function recurrence(schedule: Schedule<object>): OwnFields {
  if ("daily" in schedule) return { kind: "daily", at: schedule.daily.padStart(5, "0") };
  if ("cron" in schedule) return { kind: "cron", cron: schedule.cron };
  const { hours = 0, minutes = 0, days } = schedule.every;
  const everyMs = Math.round((hours * 60 + minutes) * 60_000);
  return {
    kind: "every",
    ...(everyMs === 0 ? {} : { everyMs }),
    ...(days === undefined ? {} : { days }),
  };
}
