import { type LogLine, subjects } from "@weirflow/contracts";
import { BackgroundLoop } from "@weirflow/lifecycle";
import type { Logger } from "@weirflow/telemetry";
import type { WorkerBus } from "./worker-bus.ts";

/** Where lines go, and how many may wait. */
export interface LogShipperOptions {
  readonly bus: Pick<WorkerBus, "publishDurable">;
  readonly logger: Logger;
  /** Lines that may wait for the broker; more are dropped and counted. @default 5_000 */
  readonly capacity?: number;
}

/** Lines that are under way at once. */
const BATCH = 100;
/** After a broker that did not take a batch. */
const PAUSE_MS = 1_000;
/** How long disposing tries to get rid of the lines that are left. */
const LAST_MS = 2_000;

/**
 * Publishes what nodes log, as well as it can: in batches, bounded in memory, never holding up a task.
 *
 * A line that the broker did not take is tried once more with the next batch, then dropped. Dropped lines are counted.
 */
export class LogShipper implements AsyncDisposable {
  readonly #options: LogShipperOptions;
  readonly #capacity: number;
  readonly #loop: BackgroundLoop;
  #waiting: { readonly line: LogLine; tries: number }[] = [];
  #dropped = 0;

  constructor(options: LogShipperOptions) {
    this.#options = options;
    this.#capacity = options.capacity ?? 5_000;
    this.#loop = new BackgroundLoop({
      step: async (signal) => await this.#ship(signal),
      onError: (error) => options.logger.warn("worker.log-shipping-failed", { error }),
      firstDelayMs: Infinity,
      errorDelayMs: PAUSE_MS,
    });
  }

  /** Lines that were dropped since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes a line; returns at once. */
  add(line: LogLine): void {
    if (this.#waiting.length >= this.#capacity) this.#drop(1);
    else this.#waiting.push({ line, tries: 0 });
    if (this.#waiting.length === 1) this.#loop.wake();
  }

  /** Publishes what is left, for at most 2 s. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loop[Symbol.asyncDispose]();
    const signal = AbortSignal.timeout(LAST_MS);
    while (this.#waiting.length > 0 && !signal.aborted) await this.#ship(signal);
  }

  async #ship(signal: AbortSignal): Promise<number> {
    const batch = this.#waiting.splice(0, BATCH);
    const taken = await Promise.allSettled(
      batch.map(async ({ line }) => {
        await this.#options.bus.publishDurable(subjects.log(line.runId), line, { signal });
      }),
    );
    const refused = batch.filter((_, index) => taken[index]?.status === "rejected");
    const again = refused.filter((one) => one.tries === 0);
    for (const one of again) one.tries += 1;
    this.#drop(refused.length - again.length);
    this.#waiting = [...again, ...this.#waiting];
    if (this.#waiting.length === 0) return Infinity;
    return refused.length > 0 ? PAUSE_MS : 0;
  }

  #drop(count: number): void {
    if (count === 0) return;
    if (this.#dropped === 0) this.#options.logger.warn("worker.log-lines-dropped", { count });
    this.#dropped += count;
  }
}
