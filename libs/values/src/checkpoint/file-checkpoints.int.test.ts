import { mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test as base } from "vitest";
import { ValueCorruptError, ValueStoreUnavailableError } from "../errors.ts";
import { openFileStore } from "../file-store.ts";
import { keepsTheLast } from "../fixtures/checkpoint-contract.ts";
import { fileCheckpoints } from "./file-checkpoints.ts";

const signal = new AbortController().signal;

// vitest reads the needed fixtures from the pattern, so it must be there, even when it is empty.
// oxlint-disable-next-line no-empty-pattern
const test = base.extend("folder", async ({}, { onCleanup }) => {
  const folder = await mkdtemp(join(tmpdir(), "weirflow-checkpoints-"));
  onCleanup(async () => await rm(folder, { recursive: true, force: true }));
  return folder;
});

describe("fileCheckpoints", () => {
  test("keeps of each name what was saved last", async ({ folder }) => {
    let stores = 0;
    await keepsTheLast(() => fileCheckpoints(join(folder, String((stores += 1))), "file:///x"), 30);
  });

  test("lets another process load what one saved, from one file", async ({ folder }) => {
    const { checkpoints } = openFileStore(folder);
    for (let epoch = 0; epoch < 5; epoch += 1)
      await checkpoints.save("run/train", new Uint8Array(100_000).fill(epoch), signal);

    const loaded = await openFileStore(folder).checkpoints.load("run/train", signal);

    expect(loaded).toStrictEqual(new Uint8Array(100_000).fill(4));
    expect(await readdir(join(folder, "checkpoints"))).toHaveLength(1);
  });

  test("holds one of the saves whole when many come at once", async ({ folder }) => {
    const { checkpoints } = openFileStore(folder);

    await Promise.all(
      Array.from({ length: 8 }, async (_, n) => {
        await checkpoints.save("run/train", new Uint8Array(50_000).fill(n), signal);
      }),
    );

    const [first = -1, ...others] = (await checkpoints.load("run/train", signal)) ?? [];
    expect(others).toHaveLength(49_999);
    expect(others.every((one) => one === first)).toBe(true);
  });

  test("leaves nothing behind when it is removed, not even of a writer that was killed", async ({
    folder,
  }) => {
    const store = fileCheckpoints(folder, "file:///x");
    await store.save("run/train", Uint8Array.of(1), signal);
    await store.save("run/test", Uint8Array.of(2), signal);
    for (const file of await readdir(folder)) await writeFile(join(folder, `${file}.ab.tmp`), "");

    await store.remove("run/train", signal);

    expect(await readdir(folder)).toHaveLength(2);
    expect(await store.load("run/test", signal)).toEqual(Uint8Array.of(2));
    await fileCheckpoints(join(folder, "none"), "file:///x").remove("run/train", signal);
  });

  test("says that a file is damaged", async ({ folder }) => {
    const store = fileCheckpoints(folder, "file:///x");
    await store.save("a", Uint8Array.of(1, 2, 3), signal);
    const [file = ""] = await readdir(folder);
    for (const length of [0, 20, 34]) {
      await truncate(join(folder, file), length);
      await expect(store.load("a", signal)).rejects.toThrow(ValueCorruptError);
    }
  });

  test("says that the disk refuses, in an error that may be retried", async ({ folder }) => {
    await writeFile(join(folder, "file"), "");
    const store = fileCheckpoints(join(folder, "file"), "file:///x");

    await expect(store.save("a", Uint8Array.of(1), signal)).rejects.toThrow(
      ValueStoreUnavailableError,
    );
  });

  test("does nothing once its signal is aborted", async ({ folder }) => {
    const store = fileCheckpoints(folder, "file:///x");
    const stopped = AbortSignal.abort("stop");

    await expect(store.save("a", Uint8Array.of(1), stopped)).rejects.toBe("stop");
    await expect(store.load("a", stopped)).rejects.toBe("stop");
    await expect(store.remove("a", stopped)).rejects.toBe("stop");
    expect(await readdir(folder)).toEqual([]);
  });
});
