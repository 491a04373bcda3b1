/**
 * Says whether attempts whose lease has lapsed may be ended. After a start, and after anything that may have kept beats
 * from arriving, the workers may be alive and well: then nothing is reaped for one lease.
 */
export class ReapPause {
  readonly #leaseMs: number;
  readonly #now: () => number;
  #until: number;

  /** @param now - a clock that only goes forward, milliseconds. */
  constructor(leaseMs: number, now: () => number) {
    this.#leaseMs = leaseMs;
    this.#now = now;
    this.#until = now() + leaseMs;
  }

  /** Something kept beats from arriving until now. */
  extend(): void {
    this.#until = this.#now() + this.#leaseMs;
  }

  /** Whether one lease has passed since beats could last have been lost. */
  mayReap(): boolean {
    return this.#now() >= this.#until;
  }
}
