import { isWeirError } from "@weirflow/errors";
import { once } from "./once.ts";
import { sleep } from "./sleep.ts";

/** What a {@link BackgroundLoop} repeats. */
export interface BackgroundLoopOptions {
  /**
   * One round. Must obey its signal.
   * @returns milliseconds until the next round; `Infinity` waits for {@link BackgroundLoop.wake}.
   */
  readonly step: (signal: AbortSignal) => Promise<number>;
  /** Told of each round that rejected; cancellations are not reported. The loop goes on. */
  readonly onError: (error: unknown) => void;
  /** Pause before the first round. @default 0 */
  readonly firstDelayMs?: number;
  /** Pause after a round that rejected. @default 1_000 */
  readonly errorDelayMs?: number;
}

/**
 * Repeats a step until disposed; never two rounds at once.
 *
 * 1. A {@link BackgroundLoop.wake} is never lost: one that comes during a round makes the next one follow at once.
 * 2. Disposing aborts the round's signal and ends after the round has.
 *
 * @example
 * await using loop = new BackgroundLoop({ step: async (signal) => await sweep(signal), onError: (error) => logger.error("sweep.failed", { error }) });
 * loop.wake();
 */
export class BackgroundLoop implements AsyncDisposable {
  readonly #options: BackgroundLoopOptions;
  readonly #abort = new AbortController();
  readonly #finished: Promise<void>;
  #pause: AbortController | undefined;
  #woken = false;
  readonly #stop: () => Promise<void> = once(async () => {
    this.#abort.abort("the loop is stopping");
    await this.#finished;
  });

  constructor(options: BackgroundLoopOptions) {
    this.#options = options;
    this.#finished = this.#repeat();
  }

  /** Starts the next round now, or right after the one that runs. Does nothing once stopped. */
  wake(): void {
    this.#woken = true;
    this.#pause?.abort();
  }

  /** Stops: see the class. Idempotent; concurrent callers share one stop. */
  async [Symbol.asyncDispose](): Promise<void> {
    return await this.#stop();
  }

  async #repeat(): Promise<void> {
    await this.#rest(this.#options.firstDelayMs ?? 0);
    while (!this.#abort.signal.aborted) {
      this.#woken = false;
      await this.#rest(await this.#round());
    }
  }

  async #round(): Promise<number> {
    try {
      return await this.#options.step(this.#abort.signal);
    } catch (error) {
      if (!isCancellation(error)) this.#options.onError(error);
      return this.#options.errorDelayMs ?? 1_000;
    }
  }

  /** Waits out the pause; being woken or stopped only ends it sooner. */
  async #rest(ms: number): Promise<void> {
    if (this.#woken || this.#abort.signal.aborted) return;
    this.#pause = new AbortController();
    await sleep(ms, AbortSignal.any([this.#pause.signal, this.#abort.signal])).catch(
      () => undefined,
    );
    this.#pause = undefined;
  }
}

function isCancellation(error: unknown): boolean {
  return isWeirError(error) && error.disposition === "cancel";
}
