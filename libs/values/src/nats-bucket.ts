import { MAX_MESSAGE_BYTES } from "@weirflow/contracts";
import {
  InvalidBlobHashError,
  ValueCorruptError,
  ValueMissingError,
  ValueStoreUnavailableError,
} from "./errors.ts";

/** A key-value bucket, as `bus.openBucket` opens it. */
export interface ValueBucket {
  /** Writes a key, whatever it held. */
  put(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<unknown>;
  /** Reads a key by a direct get; `undefined` when it holds nothing. */
  get(key: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** Forgets a key; one that holds nothing is no error. */
  delete(key: string, signal: AbortSignal): Promise<void>;
}

/** Bytes of a value in one entry of the bucket; the rest of a message's limit is headroom. */
export const CHUNK_BYTES: number = MAX_MESSAGE_BYTES / 2;

/** Reads and writes that run at once for one value: they bound its memory and its burst. */
const PARALLEL = 4;
/** Calls `fn` for 0 to `count` − 1, a few at once; ends with the first failure. */
export async function eachIndex(
  count: number,
  fn: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      await fn(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, count) }, lane));
}

/** Calls `fn`; what is no error of ours becomes `values/unavailable`. */
export async function orUnavailable<T>(
  action: "read" | "write",
  signal: AbortSignal,
  fn: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  try {
    return await fn();
  } catch (error) {
    if (isOurs(error)) throw error;
    signal.throwIfAborted();
    throw new ValueStoreUnavailableError(action, "nats:", error);
  }
}

function isOurs(error: unknown): boolean {
  return (
    error instanceof ValueMissingError ||
    error instanceof ValueCorruptError ||
    error instanceof InvalidBlobHashError
  );
}
