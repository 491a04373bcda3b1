import { mkdtemp, readdir, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test as base } from "vitest";
import { blobHash } from "./blob-hash.ts";
import {
  InvalidBlobHashError,
  ValueCorruptError,
  ValueMissingError,
  ValueStoreUnavailableError,
} from "./errors.ts";
import { openFileStore } from "./file-store.ts";

const signal = new AbortController().signal;

// vitest reads the needed fixtures from the pattern, so it must be there, even when it is empty.
// oxlint-disable-next-line no-empty-pattern
const test = base.extend("folder", async ({}, { onCleanup }) => {
  const folder = await mkdtemp(join(tmpdir(), "weirflow-values-"));
  onCleanup(async () => await rm(folder, { recursive: true, force: true }));
  return folder;
});

const pathOf = (folder: string, key: string): string =>
  join(folder, key.slice(0, 2), key.slice(2, 4), key);

describe("openFileStore", () => {
  test("gives back what was stored", async ({ folder }) => {
    const store = openFileStore(folder);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async (bytes) => {
        const key = await store.put(bytes, signal);
        expect(key).toBe(blobHash(bytes));
        expect(new Uint8Array(await store.get(key, signal))).toStrictEqual(bytes);
      }),
      { numRuns: 30 },
    );
  });

  test("keeps one whole file when many write the same value at once", async ({ folder }) => {
    const store = openFileStore(folder);
    const bytes = new Uint8Array(100_000).fill(7);

    const keys = await Promise.all(Array.from({ length: 8 }, () => store.put(bytes, signal)));

    const key = blobHash(bytes);
    expect(new Set(keys)).toEqual(new Set([key]));
    expect(await readdir(join(folder, key.slice(0, 2), key.slice(2, 4)))).toEqual([key]);
  });

  test("renews the age of a value that is stored again", async ({ folder }) => {
    const store = openFileStore(folder);
    const key = await store.put(Uint8Array.of(1), signal);
    await utimes(pathOf(folder, key), new Date(0), new Date(0));

    await store.put(Uint8Array.of(1), signal);

    expect((await stat(pathOf(folder, key))).mtimeMs).toBeGreaterThan(0);
  });

  test("mends a value whose file lost its end", async ({ folder }) => {
    const store = openFileStore(folder);
    const key = await store.put(Uint8Array.of(1, 2, 3), signal);
    await truncate(pathOf(folder, key), 1);

    await expect(store.get(key, signal)).rejects.toThrow(ValueCorruptError);
    await store.put(Uint8Array.of(1, 2, 3), signal);

    expect([...(await store.get(key, signal))]).toEqual([1, 2, 3]);
  });

  test("notices other bytes of the same length", async ({ folder }) => {
    const store = openFileStore(folder);
    const key = await store.put(Uint8Array.of(1, 2, 3), signal);
    await writeFile(pathOf(folder, key), Uint8Array.of(1, 2, 4));

    await expect(store.get(key, signal)).rejects.toThrow(ValueCorruptError);
  });

  test("says that there is no such value", async ({ folder }) => {
    const store = openFileStore(folder);

    expect(await store.has("a".repeat(64), signal)).toBe(false);
    await expect(store.get("a".repeat(64), signal)).rejects.toThrow(ValueMissingError);
    await expect(store.get("../secrets", signal)).rejects.toThrow(InvalidBlobHashError);
  });

  test("says that the folder cannot be written", async ({ folder }) => {
    await writeFile(join(folder, "file"), "");
    const store = openFileStore(join(folder, "file"));

    await expect(store.put(Uint8Array.of(1), signal)).rejects.toThrow(ValueStoreUnavailableError);
  });

  test("does nothing once the signal is aborted", async ({ folder }) => {
    const store = openFileStore(folder);

    await expect(store.put(Uint8Array.of(1), AbortSignal.abort())).rejects.toThrow();
    expect(await readdir(folder)).toEqual([]);
  });
});
