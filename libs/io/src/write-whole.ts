import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FileAccessError, TooLargeError } from "./errors.ts";

/** What to write, and where. */
export interface WriteOptions {
  readonly path: string;
  readonly parts: Iterable<Uint8Array | string>;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** What a saver wrote. */
export interface SavedFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/**
 * Writes a file beside its place and renames it: under `path` stands the old content or the new, never a part.
 *
 * Missing folders are made.
 *
 * @throws {@link FileAccessError} `io/file-access`, {@link TooLargeError} `io/too-large`; then nothing has changed.
 */
export async function writeWhole(options: WriteOptions): Promise<SavedFile> {
  const { path, signal } = options;
  signal.throwIfAborted();
  const folder = dirname(path);
  const beside = join(folder, `.${basename(path).slice(0, 100)}.${randomUUID()}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    const sizeBytes = await writeNew(beside, options);
    await rename(beside, path);
    return { path, sizeBytes };
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined); // what it failed with matters more
    throw isOurs(error, options) ? error : new FileAccessError(path, "write", error);
  }
}

async function writeNew(beside: string, options: WriteOptions): Promise<number> {
  const handle = await open(beside, "wx");
  try {
    const sizeBytes = await writeParts(handle, options);
    await handle.sync();
    return sizeBytes;
  } finally {
    await handle.close();
  }
}

async function writeParts(
  handle: FileHandle,
  { path, parts, maxBytes, signal }: WriteOptions,
): Promise<number> {
  let sizeBytes = 0;
  for (const part of parts) {
    signal.throwIfAborted();
    const bytes = typeof part === "string" ? Buffer.from(part) : part;
    sizeBytes += bytes.length;
    if (sizeBytes > maxBytes) throw new TooLargeError(path, maxBytes);
    await writeAll(handle, bytes);
  }
  return sizeBytes;
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;)
    at += (await handle.write(bytes, at, bytes.length - at)).bytesWritten;
}

/** What the caller should hear as it is: a cancellation, or a value that cannot be written. */
function isOurs(error: unknown, { signal }: WriteOptions): boolean {
  return signal.aborted || !(error instanceof Error && "syscall" in error);
}
