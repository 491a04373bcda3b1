import type { CacheEntry, CacheStore, LastFacts } from "./cache-store.ts";
import { roughBytes } from "./rough-bytes.ts";

/** Limits of a {@link memoryCacheStore}. */
export interface MemoryCacheOptions {
  /** Entries at most; the one that was used least recently goes first. @default 10_000 */
  readonly maxEntries?: number;
  /** What all values weigh at most; a value that weighs more by itself is not kept. @default without limit */
  readonly maxWeight?: number;
  /** What a value weighs; asked only where there is a limit. @default its bytes, roughly */
  readonly weigh?: (value: unknown) => number;
}

/**
 * Keeps values in memory, as they are: whoever changes one changes it for later runs too.
 *
 * @example
 * const store = memoryCacheStore({ maxEntries: 1_000, maxWeight: 256 * 2 ** 20 });
 * const cache = cachePlugin({ store, codeVersionOf, nowMs: () => Date.now() });
 */
export function memoryCacheStore(options: MemoryCacheOptions = {}): CacheStore {
  const kept = new KeptEntries(options);
  const latest = new Map<string, LastFacts>();
  return {
    get: (key) => kept.use(key),
    set(key, entry) {
      latest.set(entry.node, factsOf(entry));
      kept.add(key, entry);
    },
    latest: (node) => latest.get(node),
    remember: (facts) => void latest.set(facts.node, facts),
  };
}

/** The facts without the value, which would stay in memory with them. */
function factsOf({ node, variant, codeVersion, inputs }: CacheEntry): LastFacts {
  return { node, variant, codeVersion, inputs };
}

interface Kept {
  readonly entry: CacheEntry;
  readonly weight: number;
}

/** Entries within limits, the one that was used least recently first. */
class KeptEntries {
  readonly #maxEntries: number;
  readonly #maxWeight: number;
  readonly #weigh: (value: unknown) => number;
  readonly #byKey = new Map<string, Kept>();
  #weight = 0;

  constructor(options: MemoryCacheOptions) {
    const { maxEntries = 10_000, maxWeight = Infinity, weigh = roughBytes } = options;
    this.#maxEntries = maxEntries;
    this.#maxWeight = maxWeight;
    this.#weigh = weigh;
  }

  use(key: string): CacheEntry | undefined {
    const kept = this.#byKey.get(key);
    if (kept === undefined) return undefined;
    this.#byKey.delete(key);
    this.#byKey.set(key, kept);
    return kept.entry;
  }

  add(key: string, entry: CacheEntry): void {
    this.#drop(key);
    const weight = this.#maxWeight === Infinity ? 0 : this.#weigh(entry.value);
    if (weight > this.#maxWeight) return;
    this.#byKey.set(key, { entry, weight });
    this.#weight += weight;
    while (this.#byKey.size > this.#maxEntries || this.#weight > this.#maxWeight)
      this.#dropOldest();
  }

  #dropOldest(): void {
    const [oldest = ""] = this.#byKey.keys();
    this.#drop(oldest);
  }

  #drop(key: string): void {
    this.#weight -= this.#byKey.get(key)?.weight ?? 0;
    this.#byKey.delete(key);
  }
}
