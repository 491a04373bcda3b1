/**
 * Bytes under a name, which may be replaced: what work that is under way leaves for whoever goes on with it.
 *
 * @example
 * await store.checkpoints.save("task-run/node", bytes, signal);
 */
export interface CheckpointStore {
  /**
   * Replaces what the name holds: whoever loads it gets the old bytes or the new, never a mixture. The bytes that were
   * there are not kept.
   *
   * @throws ValueStoreUnavailableError `values/unavailable`, safe to retry.
   */
  save(name: string, bytes: Uint8Array, signal: AbortSignal): Promise<void>;
  /**
   * What was saved last; `undefined` for a name that holds nothing.
   *
   * @throws ValueCorruptError `values/corrupt`, ValueStoreUnavailableError `values/unavailable`, safe to retry.
   */
  load(name: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** Forgets a name; one that holds nothing is no error. @throws ValueStoreUnavailableError `values/unavailable`. */
  remove(name: string, signal: AbortSignal): Promise<void>;
}

/**
 * Bytes by the sha-256 of their content. Writing the same bytes twice is harmless and renews their age.
 *
 * @example
 * const key = await store.put(bytes, signal);
 * const same = await store.get(key, signal);
 */
export interface ValueStore extends AsyncDisposable {
  /** Where the values are, for people. */
  readonly url: string;
  /**
   * Stores bytes; once it resolves, they can be read by every service of this store.
   *
   * @returns the blob hash: 64 hexadecimal digits.
   * @throws ValueStoreUnavailableError `values/unavailable`, safe to retry.
   */
  put(bytes: Uint8Array, signal: AbortSignal): Promise<string>;
  /**
   * Reads bytes and checks them against their hash.
   *
   * @throws ValueMissingError `values/missing`, ValueCorruptError `values/corrupt`, InvalidBlobHashError
   *   `values/invalid-hash`, ValueStoreUnavailableError `values/unavailable`, safe to retry.
   */
  get(blobHash: string, signal: AbortSignal): Promise<Uint8Array>;
  /** Whether the store has bytes under this hash; they are not read. */
  has(blobHash: string, signal: AbortSignal): Promise<boolean>;
  /** What work that is under way leaves for itself. */
  readonly checkpoints: CheckpointStore;
}
