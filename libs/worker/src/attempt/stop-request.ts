/** Why an attempt is asked to stop, which is also its outcome if it obeys. */
export type StopOutcome = "cancelled" | "timed_out" | "released";

/**
 * Asks one attempt to stop; the first reason counts.
 *
 * `stale` stands apart: the attempt is over for the scheduler, so whatever it still does is dropped.
 */
export class StopRequest {
  readonly #stop = new AbortController();
  readonly #stale = new AbortController();
  #asked: { readonly outcome: StopOutcome; readonly reason: string } | undefined;

  /** Aborted when the graph should stop, for whatever reason. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Aborted when nobody wants the result any more. */
  get stale(): AbortSignal {
    return this.#stale.signal;
  }

  /** The first reason to stop; `undefined` while there is none. */
  get asked(): { readonly outcome: StopOutcome; readonly reason: string } | undefined {
    return this.#asked;
  }

  /** Asks the graph to stop. Later calls change nothing. */
  ask(outcome: StopOutcome, reason: string): void {
    this.#asked ??= { outcome, reason };
    this.#stop.abort(reason);
  }

  /** Ends the attempt without a report. */
  drop(reason: string): void {
    this.#stale.abort(reason);
    this.#stop.abort(reason);
  }
}
