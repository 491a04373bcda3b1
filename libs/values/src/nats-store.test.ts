import { describe, expect, test } from "vitest";
import { blobHash } from "./blob-hash.ts";
import {
  InvalidBlobHashError,
  ValueCorruptError,
  ValueMissingError,
  ValueStoreUnavailableError,
} from "./errors.ts";
import { CHUNK_BYTES } from "./nats-bucket.ts";
import { openNatsStore } from "./nats-store.ts";

const signal = new AbortController().signal;

function memoryBucket() {
  const entries = new Map<string, Uint8Array>();
  const writes: string[] = [];
  const bucket = {
    put: async (key: string, bytes: Uint8Array) => {
      writes.push(key);
      entries.set(key, bytes.slice());
    },
    get: async (key: string) => entries.get(key)?.slice(),
    delete: async (key: string) => void entries.delete(key),
  };
  return { entries, writes, bucket, store: openNatsStore(bucket) };
}

describe("openNatsStore", () => {
  test.each([0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])(
    "gives back %i bytes, in chunks of at most 256 KiB",
    async (size) => {
      const { store, entries } = memoryBucket();
      const bytes = Uint8Array.from({ length: size }, (_, i) => i % 251);

      const key = await store.put(bytes, signal);

      expect(key).toBe(blobHash(bytes));
      expect(await store.get(key, signal)).toStrictEqual(bytes);
      expect(entries.size).toBe(1 + Math.ceil(size / 262_144));
      for (const entry of entries.values()) expect(entry.byteLength).toBeLessThanOrEqual(262_144);
    },
  );

  test("writes the manifest last, and alone when the value is there", async () => {
    const { store, writes } = memoryBucket();
    const bytes = new Uint8Array(CHUNK_BYTES + 1);

    const key = await store.put(bytes, signal);
    await store.put(bytes, signal);

    expect(writes.slice(0, 2).toSorted()).toEqual([`${key}.0`, `${key}.1`]);
    expect(writes.slice(2)).toEqual([key, key]);
  });

  test("says that a value, or a chunk of it, is missing", async () => {
    const { store, entries } = memoryBucket();
    const key = await store.put(new Uint8Array(CHUNK_BYTES + 1), signal);

    expect(await store.has(key, signal)).toBe(true);
    entries.delete(`${key}.1`);
    await expect(store.get(key, signal)).rejects.toThrow(ValueMissingError);
    entries.delete(key);
    expect(await store.has(key, signal)).toBe(false);
    await expect(store.get(key, signal)).rejects.toThrow(ValueMissingError);
  });

  test("looks again for what a server that is behind does not have yet", async () => {
    const { bucket, store } = memoryBucket();
    const key = await store.put(Uint8Array.of(7), signal);
    let misses = 2;
    const behind = openNatsStore({
      ...bucket,
      get: async (name) => {
        misses -= 1;
        return misses >= 0 ? undefined : await bucket.get(name);
      },
    });

    expect(await behind.get(key, signal)).toEqual(Uint8Array.of(7));
  });

  test("says that a value is damaged", async () => {
    const { store, entries } = memoryBucket();
    const key = await store.put(Uint8Array.of(1, 2, 3), signal);

    entries.set(`${key}.0`, Uint8Array.of(1, 2, 4));
    await expect(store.get(key, signal)).rejects.toThrow(ValueCorruptError);
    entries.set(`${key}.0`, Uint8Array.of(1, 2, 3, 4));
    await expect(store.get(key, signal)).rejects.toThrow(ValueCorruptError);
    entries.set(key, Uint8Array.of(0));
    await expect(store.get(key, signal)).rejects.toThrow(ValueCorruptError);
  });

  test("turns a failing bucket into an error that may be retried", async () => {
    const fail = async (): Promise<never> => {
      throw new Error("no responders");
    };
    const store = openNatsStore({ put: fail, get: fail, delete: fail });

    await expect(store.put(Uint8Array.of(1), signal)).rejects.toThrow(ValueStoreUnavailableError);
    await expect(store.get("a".repeat(64), signal)).rejects.toMatchObject({ disposition: "retry" });
  });

  test("looks up nothing but hashes", async () => {
    const { store } = memoryBucket();

    await expect(store.get("../../etc/passwd", signal)).rejects.toThrow(InvalidBlobHashError);
    await expect(store.has("", signal)).rejects.toThrow(InvalidBlobHashError);
  });
});
