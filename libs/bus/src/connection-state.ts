import { unlessAborted } from "@weirflow/lifecycle";

/** Whether the connection stands now, for whoever waits for it or must stop waiting when it goes. */
export class ConnectionState {
  #up: PromiseWithResolvers<void> = Promise.withResolvers();
  #lost: AbortController = new AbortController();
  #isUp = true;

  constructor() {
    this.#up.resolve();
  }

  /** Whether it stands now. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** Aborted when the connection goes; a new one after it came back. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** The connection went. */
  down(): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#up = Promise.withResolvers();
    this.#lost.abort("the connection to NATS was lost");
  }

  /** The connection came back. */
  up(): void {
    if (this.#isUp) return;
    this.#isUp = true;
    this.#lost = new AbortController();
    this.#up.resolve();
  }

  /** @throws CancelledError `lifecycle/cancelled` when the signal is aborted first. */
  async whenUp(signal: AbortSignal): Promise<void> {
    if (this.#isUp && !signal.aborted) return;
    await unlessAborted(this.#up.promise, signal);
  }
}
