import type { Program } from "./program.ts";

/** Who runs under a key, and who waits for it. */
interface Lock {
  holder: number;
  readonly waiting: number[];
  nextWaiting: number;
}

/** Lets nodes of one concurrency key run one after the other, in the order in which they came. */
export class KeyLocks {
  readonly #keys: readonly (string | undefined)[];
  readonly #locks = new Map<string, Lock>();

  /** @param keys - the key of each node, by its index. */
  constructor(keys: readonly (string | undefined)[]) {
    this.#keys = keys;
  }

  /** The locks of a program; `undefined` when no node has a key. */
  static of({ nodes, usesKeys }: Program): KeyLocks | undefined {
    return usesKeys ? new KeyLocks(nodes.map(({ options }) => options.concurrencyKey)) : undefined;
  }

  /** Whether node `i` may run now; if not, a later `release` hands it out, and it may. */
  take(i: number): boolean {
    const key = this.#keys[i];
    if (key === undefined) return true;
    const lock = this.#locks.get(key);
    if (lock?.holder === i) return true;
    if (lock === undefined) this.#locks.set(key, { holder: i, waiting: [], nextWaiting: 0 });
    else lock.waiting.push(i);
    return lock === undefined;
  }

  /** Node `i` has ended: the node that holds its key from now on, if one waited. */
  release(i: number): number | undefined {
    const key = this.#keys[i];
    const lock = key === undefined ? undefined : this.#locks.get(key);
    if (key === undefined || lock?.holder !== i) return undefined;
    const next = lock.waiting[lock.nextWaiting++];
    if (next === undefined) this.#locks.delete(key);
    else lock.holder = next;
    return next;
  }
}
