import { createHash } from "node:crypto";
import { chmod, cp, lstat, mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ServerStartError } from "../errors.ts";

/** Folders for a user who cannot enter root's own. */
const SHELTER = "/var/tmp/weirflow-root";

/** Whether any user may pass through every folder above `path`. */
export async function isReachable(path: string): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode } = await stat(folder);
    if ((mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/**
 * A folder that any user can reach, standing in for one that only root can; the same for the same `folder`.
 *
 * @throws {@link ServerStartError} `embedded/start-failed` when somebody else made the folder that holds it.
 */
export async function shelterFor(folder: string): Promise<string> {
  await mkdir(SHELTER, { recursive: true, mode: 0o711 });
  const { uid } = await lstat(SHELTER);
  if (uid !== 0) throw new ServerStartError("postgres", `"${SHELTER}" is not root's`, "");
  await chmod(SHELTER, 0o711);
  const key = createHash("sha256").update(folder).digest("hex").slice(0, 16);
  return join(SHELTER, key);
}

/** Copies a folder to its shelter once per version, whole or not at all. */
export async function copyToShelter(folder: string, version: string): Promise<string> {
  const copy = await shelterFor(`${folder}@${version}`);
  const isThere = await stat(copy).then(
    () => true,
    () => false,
  );
  if (isThere) return copy;
  const partial = `${copy}.${process.pid}`;
  await cp(folder, partial, { recursive: true, verbatimSymlinks: true });
  await rename(partial, copy).catch(async () => await rm(partial, { recursive: true }));
  return copy;
}
