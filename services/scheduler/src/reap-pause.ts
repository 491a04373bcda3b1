/**
 * Says whether attempts whose lease has lapsed may be ended. After a start, after a server was away, and after a gap in
 * the scheduler's own loop, beats may have been lost without any worker being dead: then nothing is reaped for one lease.
 */
export class ReapPause {
  readonly #leaseMs: number;
  readonly #now: () => number;
  #until: number;
  #lastRound: number;

  /** @param now - a clock that only goes forward, milliseconds. */
  constructor(leaseMs: number, now: () => number) {
    this.#leaseMs = leaseMs;
    this.#now = now;
    this.#lastRound = now();
    this.#until = now() + leaseMs;
  }

  /** Something kept beats from arriving. */
  extend(): void {
    this.#until = this.#now() + this.#leaseMs;
  }

  /** Called once a round. @returns whether this round may reap. */
  mayReap(): boolean {
    const now = this.#now();
    if (now - this.#lastRound > this.#leaseMs / 3 + LONGEST_PAUSE_MS) this.extend();
    this.#lastRound = now;
    return now >= this.#until;
  }
}

/** The longest that the loop rests on purpose. */
export const LONGEST_PAUSE_MS = 2_500;
