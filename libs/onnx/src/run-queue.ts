import { ModelClosedError } from "./errors.ts";

/** The runs of one model: they follow each other, and the model is released behind the last. */
export class RunQueue {
  #last: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | undefined;

  /** @throws {@link ModelClosedError} `onnx/closed`; the signal's reason when it is aborted, also while the run waits. */
  async add<T>(run: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted();
    if (this.#closed !== undefined) throw new ModelClosedError();
    const turn = this.#last.then(async () => {
      signal?.throwIfAborted();
      return await run();
    });
    this.#last = turn.catch(() => undefined);
    const made = await turn;
    signal?.throwIfAborted();
    return made;
  }

  /** Takes no more runs, and releases behind those that it has; only the first time. */
  async close(release: () => Promise<void>): Promise<void> {
    this.#closed ??= this.#last.then(release);
    await this.#closed;
  }
}
