import { readFile, rename, writeFile } from "node:fs/promises";

/** What is remembered of a server that was started: whether it still runs must be checked. */
export interface ServerState {
  readonly pid: number;
  readonly port: number;
}

/** @returns `undefined` when there is no file, or not one of ours. */
export async function readState(path: string): Promise<ServerState | undefined> {
  try {
    const state: unknown = JSON.parse(await readFile(path, "utf8"));
    return isState(state) ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces the file in one step, so that no reader sees half of it. */
export async function writeState(path: string, { pid, port }: ServerState): Promise<void> {
  const next = `${path}.${process.pid}`;
  await writeFile(next, JSON.stringify({ pid, port }));
  await rename(next, path);
}

function isState(value: unknown): value is ServerState {
  return (
    typeof value === "object" &&
    value !== null &&
    "pid" in value &&
    Number.isInteger(value.pid) &&
    "port" in value &&
    Number.isInteger(value.port)
  );
}
