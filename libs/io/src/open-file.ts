import { constants } from "node:fs";
import { type FileHandle, open, readdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { FileAccessError, FileMissingError, TooLargeError } from "./errors.ts";
import { isMissing } from "./system-error.ts";

/** How much a loader reads, or a saver writes, unless told otherwise: 1 GiB. */
export const DEFAULT_MAX_BYTES: number = 1024 ** 3;

/** What to read. */
export interface ReadOptions {
  readonly path: string;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** An open file of a known size. */
export interface OpenedFile extends AsyncDisposable {
  readonly handle: FileHandle;
  readonly sizeBytes: number;
}

/**
 * Opens a file to read it.
 *
 * @throws {@link FileMissingError} `io/file-missing`, {@link FileAccessError} `io/file-access`,
 * {@link TooLargeError} `io/too-large`.
 */
export async function openFile({ path, maxBytes, signal }: ReadOptions): Promise<OpenedFile> {
  signal.throwIfAborted();
  const handle = await openExisting(path);
  try {
    const stat = await handle.stat();
    if (stat.isDirectory()) throw new FileAccessError(path, "read", "it is a folder");
    if (!stat.isFile()) throw new FileAccessError(path, "read", "it is a pipe or a device");
    if (stat.size > maxBytes) throw new TooLargeError(path, maxBytes);
    return {
      handle,
      sizeBytes: stat.size,
      [Symbol.asyncDispose]: async () => await handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Reads a whole file.
 *
 * @throws as {@link openFile}.
 */
export async function readWhole(options: ReadOptions): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of fileParts(options)) parts.push(part);
  return Buffer.concat(parts);
}

/**
 * The bytes of a file in order, at most `maxBytes` even where it grows meanwhile.
 *
 * @throws as {@link openFile}.
 */
export async function* fileParts(options: ReadOptions): AsyncGenerator<Uint8Array> {
  const { path, maxBytes, signal } = options;
  await using file = await openFile(options);
  let left = maxBytes;
  try {
    for await (const part of file.handle.createReadStream({ signal, autoClose: false })) {
      const bytes = part as Buffer; // a stream without an encoding gives buffers
      left -= bytes.length;
      if (left < 0) throw new TooLargeError(path, maxBytes);
      yield bytes;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof TooLargeError ? error : new FileAccessError(path, "read", error);
  }
}

async function openExisting(path: string): Promise<FileHandle> {
  try {
    // without waiting: a pipe that nobody writes to would never open, and could not be cancelled
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (!isMissing(error)) throw new FileAccessError(path, "read", error);
    const folder = dirname(resolve(path));
    throw new FileMissingError(path, { path: folder, names: await namesIn(folder) });
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
