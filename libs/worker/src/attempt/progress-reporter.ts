/** Progress messages of one attempt are at least so far apart: five a second. */
export const PROGRESS_INTERVAL_MS = 200;

/**
 * Calls `send` soon after each change, but never more often than every 200 ms; the last change is never left out.
 *
 * Disposing sends what is still waiting.
 */
export class ProgressReporter implements Disposable {
  readonly #send: () => void;
  readonly #intervalMs: number;
  #timer: NodeJS.Timeout | undefined;
  #isChanged = false;

  constructor(send: () => void, intervalMs: number = PROGRESS_INTERVAL_MS) {
    this.#send = send;
    this.#intervalMs = intervalMs;
  }

  /** Something changed. */
  changed(): void {
    this.#isChanged = true;
    if (this.#timer === undefined) this.#flush();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    if (this.#isChanged) this.#send();
    this.#isChanged = false;
  }

  #flush(): void {
    if (!this.#isChanged) {
      this.#timer = undefined;
      return;
    }
    this.#isChanged = false;
    this.#send();
    this.#timer = setTimeout(() => this.#flush(), this.#intervalMs);
    this.#timer.unref();
  }
}
