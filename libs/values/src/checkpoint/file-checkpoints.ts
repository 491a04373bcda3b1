import { hash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ValueCorruptError, ValueStoreUnavailableError } from "../errors.ts";
import type { CheckpointStore } from "../value-store.ts";
import { codeOf, TEMPORARY, writeWhole } from "../whole-file.ts";

const DIGEST_BYTES = 32;

/**
 * Checkpoints as files of one folder, each named by the hash of its name: 32 bytes of sha-256, then the bytes themselves.
 *
 * @param url - of the store, for errors.
 */
export function fileCheckpoints(folder: string, url: string): CheckpointStore {
  const pathOf = (name: string): string => join(folder, hash("sha256", name, "hex"));
  return {
    save: async (name, bytes, signal) => {
      signal.throwIfAborted();
      try {
        await writeWhole(pathOf(name), [hash("sha256", bytes, "buffer"), bytes]);
      } catch (error) {
        throw new ValueStoreUnavailableError("write", url, error);
      }
    },
    load: async (name, signal) => {
      signal.throwIfAborted();
      const file = await read(pathOf(name), url);
      return file === undefined ? undefined : checked(file, name, url);
    },
    remove: async (name, signal) => {
      signal.throwIfAborted();
      try {
        await removeAll(pathOf(name));
      } catch (error) {
        throw new ValueStoreUnavailableError("write", url, error);
      }
    },
  };
}

/** Also what a writer left that was killed while it wrote. */
async function removeAll(path: string): Promise<void> {
  await rm(path, { force: true });
  const [folder, own] = [dirname(path), `${basename(path)}.`];
  const left = (await namesIn(folder)).filter((n) => n.startsWith(own) && n.endsWith(TEMPORARY));
  await Promise.all(left.map(async (name) => await rm(join(folder, name), { force: true })));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return []; // nothing was ever saved
    throw error;
  }
}

async function read(path: string, url: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw new ValueStoreUnavailableError("read", url, error);
  }
}

/** A disk may lose the end of a file with its power. */
function checked(file: Uint8Array, name: string, url: string): Uint8Array {
  const bytes = new Uint8Array(file.subarray(DIGEST_BYTES)); // a copy, so that its buffer may be handed on
  if (!hash("sha256", bytes, "buffer").equals(file.subarray(0, DIGEST_BYTES)))
    throw new ValueCorruptError(name, url, "the checkpoint is not the one that was written");
  return bytes;
}
