import { NotIterableError } from "../../errors.ts";
import { isAsyncIterable, isIterable } from "../../modifier/each.ts";

/** Items one by one. */
export type ItemIterator = Iterator<unknown> | AsyncIterator<unknown>;

/**
 * What hands out the items of a value.
 *
 * @throws {@link NotIterableError} `dag/not-iterable`.
 */
export function itemIterator(each: string, value: unknown): ItemIterator {
  if (typeof value === "object" && value !== null) {
    if (isAsyncIterable(value)) return value[Symbol.asyncIterator]();
    if (isIterable(value)) return value[Symbol.iterator]();
  }
  throw new NotIterableError(each, value);
}

/** Tells an iterator that no more is taken from it. What it throws then is not heard, as in a loop that is left by an error. */
export function closeIterator(iterator: ItemIterator): void {
  try {
    void Promise.resolve(iterator.return?.()).catch(() => undefined);
  } catch {
    // a failure is already being told
  }
}
