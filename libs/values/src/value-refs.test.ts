import { INLINE_LIMIT_BYTES, valueRefSchema } from "@weirflow/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeValue } from "./encode-value.ts";
import { ValueMissingError } from "./errors.ts";
import { fromValueRef, toValueRef } from "./value-refs.ts";
import { openNatsStore } from "./nats-store.ts";

const signal = new AbortController().signal;

/** The port of a store's bucket, in memory. */
function memoryStore() {
  const entries = new Map<string, Uint8Array>();
  const store = openNatsStore({
    put: async (key, bytes) => entries.set(key, bytes.slice()),
    get: async (key) => entries.get(key)?.slice(),
    delete: async (key) => void entries.delete(key),
  });
  return { entries, store };
}

describe("toValueRef and fromValueRef", () => {
  test("are each other's inverse, inline and by reference, and fit the message", async () => {
    const { store } = memoryStore();
    const value = fc.oneof(
      fc.anything({
        withMap: true,
        withDate: true,
        withNullPrototype: false,
        key: fc.string().filter((key) => key !== "__proto__"), // no codec writes such keys
      }),
      fc.uint8Array(),
    );
    await fc.assert(
      fc.asyncProperty(value, fc.constantFrom(0, INLINE_LIMIT_BYTES), async (value, limit) => {
        const ref = await toValueRef(encodeValue(value), store, {
          signal,
          inlineLimitBytes: limit,
        });
        const read: unknown = JSON.parse(JSON.stringify(ref));
        expect(ref.kind).toBe(ref.sizeBytes > limit ? "blob" : "inline");
        expect(await fromValueRef(valueRefSchema.parse(read), store, { signal })).toStrictEqual(
          value,
        );
      }),
      { numRuns: 50 },
    );
  });

  test("keep 64 KiB inline and one byte more in the store", async () => {
    const { store, entries } = memoryStore();

    const inside = await toValueRef(encodeValue(new Uint8Array(65_536)), store, { signal });
    expect(inside.kind).toBe("inline");
    expect(entries.size).toBe(0);

    const outside = await toValueRef(encodeValue(new Uint8Array(65_537)), store, { signal });
    expect(outside).toMatchObject({ kind: "blob", sizeBytes: 65_537, codec: "bytes" });
    expect(entries.size).toBeGreaterThan(0);
  });

  test("say that the bytes are gone", async () => {
    const { store, entries } = memoryStore();
    const ref = await toValueRef(encodeValue(new Uint8Array(70_000)), store, { signal });

    entries.clear();

    await expect(fromValueRef(ref, store, { signal })).rejects.toThrow(ValueMissingError);
  });
});
