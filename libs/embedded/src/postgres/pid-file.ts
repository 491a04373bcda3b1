import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { commandOf } from "../process-info.ts";
import type { ServerState } from "../state-file.ts";

/**
 * The server that runs on a data folder, by Postgres's own `postmaster.pid`.
 *
 * A file whose process id now belongs to something else is removed: Postgres would refuse to start because of it. One
 * whose process is gone stays, because Postgres finds leftover shared memory by it, and then replaces it.
 */
export async function runningPostgres(dataFolder: string): Promise<ServerState | undefined> {
  const path = join(dataFolder, "postmaster.pid");
  const lines = (await readFile(path, "utf8").catch(() => "")).split("\n");
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const command = await commandOf(pid);
  if (command.includes(dataFolder)) return { pid, port };
  if (command !== "") await rm(path, { force: true });
  return undefined;
}
