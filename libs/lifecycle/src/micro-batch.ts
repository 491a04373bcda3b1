/** How a {@link MicroBatch} works off what it is given. */
export interface MicroBatchOptions<Item, Answer> {
  /** Items that are handled together at most. */
  readonly limit: number;
  /** Handles a batch; answers each item, in order. A rejection is that of each of its items. */
  readonly handle: (items: readonly Item[]) => Promise<readonly Answer[]>;
}

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Handles items one batch after the other: while one is under way, the next fills. An item that comes alone does not wait.
 *
 * @example
 * const batch = new MicroBatch({ limit: 50, handle: async (chunks) => await recordChunks(store, chunks, signal) });
 * const verdict = await batch.add(chunk);
 */
export class MicroBatch<Item, Answer> {
  readonly #options: MicroBatchOptions<Item, Answer>;
  #waiting: Waiting<Item, Answer>[] = [];
  #isRunning = false;

  constructor(options: MicroBatchOptions<Item, Answer>) {
    this.#options = options;
  }

  /** Adds an item; resolves with its answer once its batch was handled. */
  async add(item: Item): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting.push({ item, resolve, reject });
    if (!this.#isRunning) void this.#run();
    return await promise;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0)
      await this.#handleNext(this.#waiting.splice(0, this.#options.limit));
    this.#isRunning = false;
  }

  async #handleNext(batch: readonly Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await this.#options.handle(batch.map(({ item }) => item));
      // `handle` answers each item.
      for (const [i, { resolve }] of batch.entries()) resolve(answers[i] as Answer);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
