import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/**
 * The memory that a process holds, bytes: on Linux what is its own or shared with others, without the pages of mapped
 * files, which the kernel may drop; elsewhere its resident set, as `ps` tells it.
 *
 * @returns `undefined` when the process is gone, or where there is neither `/proc` nor `ps`.
 */
export async function memoryOfProcess(pid: number | undefined): Promise<number | undefined> {
  if (pid === undefined) return undefined;
  try {
    if (process.platform === "linux")
      return heldBytes(await readFile(`/proc/${pid}/status`, "utf8"));
    const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
    return kibibytes(stdout.trim());
  } catch {
    return undefined;
  }
}

/** Reads the text of `/proc/PID/status`; `undefined` for a process that has ended, whose text names no memory. @internal */
export function heldBytes(status: string): number | undefined {
  const held = ["RssAnon", "RssShmem"].map((name) =>
    kibibytes(new RegExp(`^${name}:\\s*(\\d+) kB$`, "mu").exec(status)?.[1]),
  );
  if (held.includes(undefined)) return undefined;
  return held.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
}

function kibibytes(text: string | undefined): number | undefined {
  return text === undefined || !/^\d+$/u.test(text) ? undefined : Number(text) * 1_024;
}
