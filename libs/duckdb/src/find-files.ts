import { access, constants, glob, readdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { FileAccessError, FileMissingError, InvalidOptionError } from "./errors.ts";

/** Files that were found, in order. */
export interface FoundFiles {
  /** Absolute paths. */
  readonly paths: readonly string[];
  readonly sizeBytes: number;
}

/** What makes a text a pattern, also for DuckDB. */
const MAGIC = /[*?[\]]/;

/**
 * The files of a path, a pattern or several, each a plain file that may be read.
 *
 * Patterns are resolved here, not by DuckDB, so that a query can be held to just these files.
 *
 * @throws {@link FileMissingError} `duckdb/file-missing`, {@link FileAccessError} `duckdb/file-access`,
 * {@link InvalidOptionError} `duckdb/invalid-option`.
 */
export async function findFiles(path: string | readonly string[]): Promise<FoundFiles> {
  const asked = typeof path === "string" ? [path] : path;
  if (asked.length === 0) throw new InvalidOptionError("path", "names no file");
  const paths: string[] = [];
  for (const one of asked) paths.push(...(MAGIC.test(one) ? await fitting(one) : [resolve(one)]));
  let sizeBytes = 0;
  for (const one of paths) sizeBytes += await sizeOf(one);
  return { paths, sizeBytes };
}

async function fitting(pattern: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const entry of glob(pattern, { withFileTypes: true }))
    if (!entry.isDirectory()) found.push(resolve(entry.parentPath, entry.name));
  if (found.length === 0) throw await missing(pattern);
  return found.sort(byCodePoint);
}

function byCodePoint(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

async function sizeOf(path: string): Promise<number> {
  if (MAGIC.test(path))
    throw new FileAccessError(
      path,
      "its name has one of * ? [ ], which DuckDB takes for a pattern",
    );
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new FileAccessError(path, "it is a folder");
    if (!found.isFile()) throw new FileAccessError(path, "it is a pipe or a device");
    await access(path, constants.R_OK);
    return found.size;
  } catch (error) {
    if (error instanceof FileAccessError) throw error;
    if (codeOf(error) === "ENOENT") throw await missing(path);
    throw new FileAccessError(path, error instanceof Error ? error.message : String(error), error);
  }
}

async function missing(path: string): Promise<FileMissingError> {
  const folder = dirname(resolve(path));
  return new FileMissingError(path, { path: folder, names: await namesIn(folder) });
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
