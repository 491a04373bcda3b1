/** What the value of a node was made from. */
export interface CacheFacts {
  readonly node: string;
  /** The branches that were taken; empty for a node without choices. */
  readonly variant: string;
  readonly codeVersion: string;
  /** Content hashes of what the node took, by name. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** A value in a cache. */
export interface CacheEntry extends CacheFacts {
  readonly value: unknown;
  /** Content hash of the value. */
  readonly valueHash: string;
  /** Milliseconds since 1970. */
  readonly storedAtMs: number;
}

/** Where values of nodes are kept: the port of the cache. Losing entries costs time, never correctness. */
export interface CacheStore {
  get(key: string): CacheEntry | undefined | Promise<CacheEntry | undefined>;
  set(key: string, entry: CacheEntry): void | Promise<void>;
  /** What was stored last for a node, so that a miss can say what changed since. */
  latest?(node: string): CacheFacts | undefined | Promise<CacheFacts | undefined>;
}

/** Limits of a {@link memoryCacheStore}. */
export interface MemoryCacheOptions {
  /** Entries at most; the one that was used least recently goes first. @default 10_000 */
  readonly maxEntries?: number;
}

/**
 * Keeps values in memory, as they are: whoever changes one changes it for later runs too.
 *
 * @example
 * const cache = cachePlugin({ store: memoryCacheStore(), codeVersionOf, nowMs: () => Date.now() });
 */
export function memoryCacheStore({ maxEntries = 10_000 }: MemoryCacheOptions = {}): CacheStore {
  const entries = new Map<string, CacheEntry>();
  const latest = new Map<string, CacheEntry>();
  const use = (key: string, entry: CacheEntry): void => {
    entries.delete(key);
    entries.set(key, entry);
  };
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry !== undefined) use(key, entry);
      return entry;
    },
    set(key, entry) {
      use(key, entry);
      latest.set(entry.node, entry);
      const [oldest] = entries.keys();
      if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest);
    },
    latest: (node) => latest.get(node),
  };
}
