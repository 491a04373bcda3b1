import { Kvm } from "@nats-io/kv";
import type { BusParts } from "./bus.ts";
import { translateError } from "./translate-error.ts";
import { whileConnected } from "./while-connected.ts";

/** A key-value bucket: bytes by key. */
export interface Bucket {
  put(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<void>;
  /** @returns `undefined` when the key holds nothing. */
  get(key: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** Forgets a key; one that holds nothing is no error. */
  delete(key: string, signal: AbortSignal): Promise<void>;
}

/**
 * Opens a bucket; never creates it, and does not look whether it is there: reading and writing tell. Reads are direct
 * gets, the only ones that services may do.
 */
export async function openBucket({ client, state }: BusParts, name: string): Promise<Bucket> {
  const what = `bucket ${name}`;
  try {
    const bucket = await new Kvm(client).open(name, { bindOnly: true, allow_direct: true });
    const guarded = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
      signal.throwIfAborted();
      try {
        return await whileConnected(state, signal, work);
      } catch (error) {
        throw translateError({ what, signal, silence: "missing" }, error);
      }
    };
    return {
      put: async (key, bytes, signal) =>
        void (await guarded(signal, async () => await bucket.put(key, bytes))),
      get: async (key, signal) => {
        const entry = await guarded(signal, async () => await bucket.get(key));
        return entry === null || entry.operation !== "PUT" ? undefined : plainBytes(entry.value);
      },
      delete: async (key, signal) => await guarded(signal, async () => await bucket.delete(key)),
    };
  } catch (error) {
    throw translateError({ what, silence: "missing" }, error);
  }
}

/** The client gives a Buffer for a direct get. */
function plainBytes({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
