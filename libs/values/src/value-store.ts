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
}
