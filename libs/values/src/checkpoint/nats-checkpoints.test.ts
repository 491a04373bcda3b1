import { describe, expect, test } from "vitest";
import { ValueCorruptError, ValueStoreUnavailableError } from "../errors.ts";
import { CHUNK_BYTES, type ValueBucket } from "../nats-bucket.ts";
import { keepsTheLast } from "../fixtures/checkpoint-contract.ts";
import { natsCheckpoints } from "./nats-checkpoints.ts";

const signal = new AbortController().signal;

function memoryBucket(): {
  readonly entries: Map<string, Uint8Array>;
  readonly bucket: ValueBucket;
} {
  const entries = new Map<string, Uint8Array>();
  return {
    entries,
    bucket: {
      put: async (key, bytes) => void entries.set(key, bytes.slice()),
      get: async (key) => entries.get(key)?.slice(),
      delete: async (key) => void entries.delete(key),
    },
  };
}

describe("natsCheckpoints", () => {
  test("keeps of each name what was saved last", async () => {
    await keepsTheLast(() => natsCheckpoints(memoryBucket().bucket), 200);
  });

  test("keeps the chunks of the last save alone, under keys that NATS takes", async () => {
    const { bucket, entries } = memoryBucket();
    const store = natsCheckpoints(bucket);
    await store.save("run > * train", new Uint8Array(3 * CHUNK_BYTES), signal);

    await store.save("run > * train", new Uint8Array(CHUNK_BYTES + 1).fill(7), signal);

    expect(entries.size).toBe(3);
    for (const key of entries.keys())
      expect(key).toMatch(/^checkpoint\.[0-9a-f]{64}(\.[0-9a-f]{16}\.\d)?$/);
    await store.remove("run > * train", signal);
    expect(entries.size).toBe(0);
  });

  test("a save that dies half way leaves what was there", async () => {
    const { bucket } = memoryBucket();
    const whole = natsCheckpoints(bucket);
    await whole.save("a", Uint8Array.of(1), signal);
    let puts = 0;
    const dying = natsCheckpoints({
      ...bucket,
      put: async (key, bytes, at) => {
        puts += 1;
        if (puts === 2) throw new Error("gone");
        await bucket.put(key, bytes, at);
      },
    });

    await expect(dying.save("a", new Uint8Array(3 * CHUNK_BYTES), signal)).rejects.toThrow(
      ValueStoreUnavailableError,
    );

    expect(await whole.load("a", signal)).toEqual(Uint8Array.of(1));
  });

  test("two saves at once leave one of them whole", async () => {
    const { bucket } = memoryBucket();
    const store = natsCheckpoints(bucket);

    await Promise.all(
      [1, 2, 3].map(async (fill) => {
        await store.save("a", new Uint8Array(2 * CHUNK_BYTES).fill(fill), signal);
      }),
    );

    const [first = 0, ...others] = (await store.load("a", signal)) ?? [];
    expect([1, 2, 3]).toContain(first);
    expect(others.every((one) => one === first)).toBe(true);
  });

  test("says that a checkpoint is damaged; one whose manifest is, is none", async () => {
    const { bucket, entries } = memoryBucket();
    const store = natsCheckpoints(bucket);
    await store.save("a", Uint8Array.of(1, 2), signal);
    const [chunk = "", manifest = ""] = [...entries.keys()].toSorted((a, b) => b.length - a.length);

    entries.set(chunk, Uint8Array.of(1, 3));
    await expect(store.load("a", signal)).rejects.toThrow(ValueCorruptError);
    entries.set(chunk, Uint8Array.of(1, 2, 3));
    await expect(store.load("a", signal)).rejects.toThrow(ValueCorruptError);
    entries.delete(chunk);
    await expect(store.load("a", signal)).rejects.toThrow(ValueCorruptError);
    entries.set(manifest, Uint8Array.of(0));
    expect(await store.load("a", signal)).toBeUndefined();
    await store.save("a", Uint8Array.of(4), signal);
    expect(await store.load("a", signal)).toEqual(Uint8Array.of(4));
  });
});
