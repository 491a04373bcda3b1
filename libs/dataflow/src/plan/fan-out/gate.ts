/** Bounds the promises that are pending at once in all programs of a run. */
export class Gate {
  #free: number;
  #waiting: (() => void)[] = [];

  /** @param limit - promises pending at once, from 1. */
  constructor(limit: number) {
    this.#free = limit;
  }

  /** Whether another promise may be waited for. */
  get isOpen(): boolean {
    return this.#free > 0;
  }

  /** Counts a promise that is pending now: also one more than the limit, where a function has already been called. */
  enter(): void {
    this.#free--;
  }

  /** Counts it no more, and wakes who waits. */
  leave(): void {
    this.#free++;
    if (!this.isOpen) return;
    const woken = this.#waiting;
    this.#waiting = [];
    for (const wake of woken) wake();
  }

  /** Calls `wake` once when the gate may be open again. */
  whenOpen(wake: () => void): void {
    if (!this.#waiting.includes(wake)) this.#waiting.push(wake);
  }
}
