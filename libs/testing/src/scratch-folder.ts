import { mkdtemp, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MEMORY = "/dev/shm";
/** Containers often have 64 MiB there, which a Postgres fills. */
const ENOUGH_BYTES = 2 * 2 ** 30;

/**
 * Makes an empty folder for one test, in memory where there is plenty, else among the temporary files.
 *
 * @param name - part of its name, for whoever finds one left behind.
 * @returns its path; the caller removes it.
 */
export async function scratchFolder(name: string): Promise<string> {
  const root = (await hasRoom(MEMORY)) ? MEMORY : tmpdir();
  return await mkdtemp(join(root, `weirflow-test-${name}-`));
}

async function hasRoom(folder: string): Promise<boolean> {
  return await statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize >= ENOUGH_BYTES,
    () => false,
  );
}
