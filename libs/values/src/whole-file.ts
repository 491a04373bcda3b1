import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** How the names of files end that are not written yet. */
export const TEMPORARY = ".tmp";

/**
 * Writes a file that is never seen in part: written beside its place, flushed, then renamed.
 *
 * @param path - its folder is made; a file that is there is replaced.
 * @param options.flush - whether it must survive a loss of power. @default true
 */
export async function writeWhole(
  path: string,
  parts: readonly Uint8Array[],
  { flush = true }: { readonly flush?: boolean } = {},
): Promise<void> {
  const temporary = `${path}.${randomBytes(8).toString("hex")}${TEMPORARY}`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeNew(temporary, parts, flush);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Opens with O_EXCL, so a name is never shared by two writers. */
async function writeNew(path: string, parts: readonly Uint8Array[], flush: boolean): Promise<void> {
  await using file = await open(path, "wx");
  for (const part of parts) await file.writeFile(part);
  if (flush) await file.datasync();
}

/** The code of a file system's error, e.g. `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
