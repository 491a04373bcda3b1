/** Who waits for a key that somebody holds. */
interface Lock {
  readonly waiting: (() => void)[];
  next: number;
}

/** Lets nodes of one concurrency key run one after the other, in the order in which they came, in all programs of a run. */
export class KeyLocks {
  readonly #held = new Map<string, Lock>();

  /** Whether nobody holds the key. */
  isFree(key: string): boolean {
    return !this.#held.has(key);
  }

  /** Whether the caller holds the key now; if not, `resume` is called once it does. */
  take(key: string, resume: () => void): boolean {
    const lock = this.#held.get(key);
    if (lock === undefined) this.#held.set(key, { waiting: [], next: 0 });
    else lock.waiting.push(resume);
    return lock === undefined;
  }

  /** The holder is done: whoever has waited longest holds the key now. */
  release(key: string): void {
    const lock = this.#held.get(key);
    const resume = lock?.waiting[lock.next++];
    if (resume === undefined) this.#held.delete(key);
    else resume();
  }
}
