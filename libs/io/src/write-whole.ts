import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FileAccessError, TooLargeError } from "./errors.ts";
import { isMissing, isSystemError } from "./system-error.ts";

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
 * Missing folders are made. A file that was there keeps its rights, and a link to one stays a link.
 *
 * @throws {@link FileAccessError} `io/file-access`, {@link TooLargeError} `io/too-large`; then nothing has changed.
 */
export async function writeWhole(options: WriteOptions): Promise<SavedFile> {
  const { path, signal } = options;
  signal.throwIfAborted();
  try {
    const target = await targetOf(path);
    const sizeBytes = await replaceFile(target, options);
    return { path, sizeBytes };
  } catch (error) {
    throw isOurs(error, options) ? error : new FileAccessError(path, "write", error);
  }
}

/** Where the file is or will be, and the rights that it has. */
interface Target {
  readonly path: string;
  readonly mode: number | undefined;
}

async function targetOf(path: string): Promise<Target> {
  try {
    return { path: await realpath(path), mode: (await stat(path)).mode };
  } catch (error) {
    if (!isMissing(error)) throw error;
    await mkdir(dirname(path), { recursive: true });
    return { path, mode: undefined };
  }
}

async function replaceFile({ path, mode }: Target, options: WriteOptions): Promise<number> {
  const beside = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    const sizeBytes = await writeNew(beside, mode, options);
    options.signal.throwIfAborted();
    await rename(beside, path);
    return sizeBytes;
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined); // what it failed with matters more
    throw error;
  }
}

async function writeNew(
  beside: string,
  mode: number | undefined,
  options: WriteOptions,
): Promise<number> {
  const handle = await open(beside, "wx");
  try {
    if (mode !== undefined) await handle.chmod(mode);
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
    const bytes = typeof part === "string" ? Buffer.from(part) : part;
    sizeBytes += bytes.length;
    if (sizeBytes > maxBytes) throw new TooLargeError(path, maxBytes);
    await writeAll(handle, bytes, signal);
  }
  return sizeBytes;
}

/** Bytes between two looks at whether the run was cancelled. */
const CHUNK_BYTES = 1024 ** 2;

async function writeAll(handle: FileHandle, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    signal.throwIfAborted();
    const length = Math.min(CHUNK_BYTES, bytes.length - at);
    at += (await handle.write(bytes, at, length)).bytesWritten;
  }
}

/** What the caller should hear as it is: a cancellation, or a value that cannot be written. */
function isOurs(error: unknown, { signal }: WriteOptions): boolean {
  return signal.aborted || !isSystemError(error);
}
