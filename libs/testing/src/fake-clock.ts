import type { Clock } from "@weirflow/lifecycle";

/** A clock that stands still until it is moved. */
export interface FakeClock extends Clock {
  /** Moves it, by milliseconds; back with a negative number. */
  advance(ms: number): void;
  /** Puts it at an instant. */
  set(at: Date | string): void;
}

/**
 * @param start - an instant, as a `Date` or in ISO 8601.
 * @example
 * const clock = fakeClock("2026-03-01T05:59:00Z");
 * clock.advance(60_000);
 * clock.now().toISOString(); // "2026-03-01T06:00:00.000Z"
 */
export function fakeClock(start: Date | string): FakeClock {
  let nowMs = new Date(start).getTime();
  return {
    now: () => new Date(nowMs),
    advance: (ms) => {
      nowMs += ms;
    },
    set: (at) => {
      nowMs = new Date(at).getTime();
    },
  };
}
