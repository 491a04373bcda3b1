import { readFile, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { blobHash, checkBlobHash } from "./blob-hash.ts";
import { ValueCorruptError, ValueMissingError, ValueStoreUnavailableError } from "./errors.ts";
import type { ValueStore } from "./value-store.ts";
import { fileCheckpoints } from "./checkpoint/file-checkpoints.ts";
import { codeOf, writeWhole } from "./whole-file.ts";

/**
 * A value store of files: `ab/cd/abcd…` under one folder.
 *
 * 1. A file under its final name is whole: it was written elsewhere in the folder, flushed, then renamed.
 * 2. Storing bytes that are there renews the file's age, so that a collector of old files spares it.
 *
 * @param folder - an absolute path or a `file:` URL; made on the first write.
 */
export function openFileStore(folder: string | URL): ValueStore {
  const root = typeof folder === "string" ? folder : fileURLToPath(folder);
  const url = pathToFileURL(root).href;
  return {
    url,
    put: async (bytes, signal) => {
      signal.throwIfAborted();
      const key = blobHash(bytes);
      await orUnavailable("write", url, async () => await write(pathOf(root, key), bytes));
      return key;
    },
    get: async (key, signal) => {
      signal.throwIfAborted();
      const bytes = await read(pathOf(root, checkBlobHash(key)), key, url);
      if (blobHash(bytes) !== key)
        throw new ValueCorruptError(key, url, `${bytes.byteLength} bytes of another content`);
      return bytes;
    },
    has: async (key, signal) => {
      signal.throwIfAborted();
      return (await sizeOf(pathOf(root, checkBlobHash(key)))) !== undefined;
    },
    checkpoints: fileCheckpoints(join(root, "checkpoints"), url),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function pathOf(root: string, key: string): string {
  return join(root, key.slice(0, 2), key.slice(2, 4), key);
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  if (await renew(path, bytes.byteLength)) return;
  await writeWhole(path, [bytes]);
}

/** Makes a whole file young again; `false` when there is none, or one that lost its end. */
async function renew(path: string, sizeBytes: number): Promise<boolean> {
  if ((await sizeOf(path)) !== sizeBytes) return false;
  const now = new Date();
  try {
    await utimes(path, now, now);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false; // collected in this moment
    throw error;
  }
}

async function read(path: string, key: string, url: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") throw new ValueMissingError(key, url, error);
    throw new ValueStoreUnavailableError("read", url, error);
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function orUnavailable<T>(
  action: "read" | "write",
  url: string,
  fn: () => Promise<T>,
): Promise<T> {
  try {
    return await fn();
  } catch (error) {
    throw new ValueStoreUnavailableError(action, url, error);
  }
}
