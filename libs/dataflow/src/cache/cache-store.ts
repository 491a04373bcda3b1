/** What the value of a node was made from. */
export interface CacheFacts {
  readonly node: string;
  /** The branches that were taken; empty for a node without choices. */
  readonly variant: string;
  readonly codeVersion: string;
  /** Content hashes of what the node took, by name. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** What is known of the last execution of a node. */
export interface LastFacts extends CacheFacts {
  /** Why its value was not stored; absent when it was. */
  readonly notStored?: string;
}

/** A value in a cache. */
export interface CacheEntry extends CacheFacts {
  readonly value: unknown;
  /** Content hash of the value. */
  readonly valueHash: string;
  /** Milliseconds since 1970. */
  readonly storedAtMs: number;
  /** How the node wants its value written; one of the store's `formats`. */
  readonly format?: string;
}

/** An entry that was there and cannot be used; the store has let it go. */
export interface CacheMiss {
  readonly miss: "corrupt" | "expired";
  /** More about it, for people. */
  readonly detail?: string;
}

/** What a store has under a key. */
export type CacheFound = CacheEntry | CacheMiss | undefined;

/**
 * Where values of nodes are kept: the port of the cache. Losing entries costs time, never correctness.
 *
 * A store answers at once or by a promise, and may be asked by many runs at a time. What it throws counts as a miss.
 */
export interface CacheStore {
  /** The names that `format` may have; absent where values are kept as they are. */
  readonly formats?: readonly string[];
  /** The entry that was set last under this key, or why there is none; never one of another key. */
  get(key: string): CacheFound | Promise<CacheFound>;
  /** Keeps an entry, in the place of one under the same key; its facts are the `latest` of its node from then on. */
  set(key: string, entry: CacheEntry): void | Promise<void>;
  /** What is known of the last execution of a node, so that a miss can say what changed since. */
  latest?(node: string): LastFacts | undefined | Promise<LastFacts | undefined>;
  /** Keeps facts of an execution whose value was not stored: `latest` from then on. */
  remember?(facts: LastFacts): void | Promise<void>;
}
