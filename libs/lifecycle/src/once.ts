/**
 * Makes a stop function idempotent: the first call runs it, every other call gets the same promise.
 *
 * @example
 * readonly #stop = once(async () => await this.#server.close());
 * async [Symbol.asyncDispose](): Promise<void> {
 *   return await this.#stop();
 * }
 */
export function once<T>(fn: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return async () => await (result ??= fn());
}
