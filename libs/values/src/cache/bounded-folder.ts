import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { TEMPORARY } from "../whole-file.ts";

/** How full a folder is after files were removed from it. */
const FULL_RATIO = 0.9;
/** A file under its temporary name for longer than this was left behind by a writer that died. */
const WRITING_MS = 600_000;
/** How much of its limit is written before other writers' files are counted again. */
const RECOUNT_RATIO = 0.1;

interface FileSize {
  readonly path: string;
  readonly sizeBytes: number;
  readonly usedAtMs: number;
}

/**
 * Keeps the files under a folder within a number of bytes; those that were used longest ago are removed first.
 *
 * I1. What this process wrote never makes the folder larger than its limit, unless another wrote meanwhile.
 * I2. Each process exceeds the limit by at most a tenth of it until it counts again.
 * I3. Whoever removes a file may find it removed: files are of no consequence.
 * I4. A file that another process is writing now is not taken from under its hands.
 */
export class BoundedFolder {
  readonly #folder: string;
  readonly #maxBytes: number;
  /** Bytes in the folder as far as is known; `undefined` until they are counted. */
  #knownBytes: number | undefined;
  #writtenBytes = 0;
  #evicting: Promise<void> | undefined;

  constructor(folder: string, maxBytes: number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /** Counts bytes that were written, and makes room where they are too many. */
  async wrote(sizeBytes: number): Promise<void> {
    this.#writtenBytes += sizeBytes;
    if (this.#knownBytes !== undefined) this.#knownBytes += sizeBytes;
    if (this.#isDue()) {
      this.#evicting ??= this.#evict().finally(() => (this.#evicting = undefined));
      await this.#evicting;
    }
  }

  #isDue(): boolean {
    return (
      this.#knownBytes === undefined ||
      this.#knownBytes > this.#maxBytes ||
      this.#writtenBytes > this.#maxBytes * RECOUNT_RATIO
    );
  }

  async #evict(): Promise<void> {
    this.#writtenBytes = 0;
    const files = await filesUnder(this.#folder);
    let bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (bytes > this.#maxBytes) {
      const removable = files.filter((file) => !isBeingWritten(file));
      for (const { path, sizeBytes } of removable.toSorted((a, b) => a.usedAtMs - b.usedAtMs)) {
        if (bytes <= this.#maxBytes * FULL_RATIO) break;
        await rm(path, { force: true });
        bytes -= sizeBytes;
      }
    }
    this.#knownBytes = bytes;
  }
}

function isBeingWritten({ path, usedAtMs }: FileSize): boolean {
  return path.endsWith(TEMPORARY) && Date.now() - usedAtMs < WRITING_MS;
}

async function filesUnder(folder: string): Promise<readonly FileSize[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files: FileSize[] = [];
  for (const { name, parentPath } of found.filter((each) => each.isFile())) {
    const path = join(parentPath, name);
    const about = await stat(path).catch(() => undefined); // removed by another in this moment
    if (about !== undefined) files.push({ path, sizeBytes: about.size, usedAtMs: about.mtimeMs });
  }
  return files;
}
