import { randomUUID } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { sleep } from "@weirflow/lifecycle";
import { FolderLockedError } from "./errors.ts";
import { isAlive } from "./process-info.ts";

/** How a lock is waited for. */
export interface LockOptions {
  readonly signal: AbortSignal;
  /** @default 60_000 */
  readonly timeoutMs?: number;
}

const POLL_MS = 25;

/**
 * Runs `fn` while holding a lock file, so that two processes never start one server twice. The lock of a process that
 * died is taken over.
 *
 * @throws {@link FolderLockedError} `embedded/folder-locked` after `timeoutMs`.
 */
export async function withLock<T>(
  path: string,
  options: LockOptions,
  fn: () => Promise<T>,
): Promise<T> {
  const { signal, timeoutMs = 60_000 } = options;
  const end = performance.now() + timeoutMs;
  while (!(await take(path))) {
    const holder = await holderOf(path);
    if (holder !== undefined && !isAlive(holder)) await discard(path, holder);
    else if (performance.now() > end) throw new FolderLockedError(path, String(holder ?? "?"));
    else await sleep(POLL_MS, signal);
  }
  try {
    return await fn();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

async function holderOf(path: string): Promise<number | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Moves the dead holder's file away first: of several that try, one succeeds. A living holder's file is put back. */
async function discard(path: string, deadHolder: number): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await holderOf(aside)) === deadHolder) await rm(aside, { force: true });
  else await rename(aside, path);
}
