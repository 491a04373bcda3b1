import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { promisify } from "node:util";
import type { MachineEnv } from "../machine-env.ts";

const run = promisify(execFile);

/** How a program is started so that it does not see itself as root, which Postgres refuses. */
export interface RunAs {
  /** Put before the program and its arguments. */
  readonly prefix: readonly string[];
  /** User and group to become; absent for our own. */
  readonly uid: number | undefined;
}

/** The id of `nobody` nearly everywhere. */
const NOBODY = 65_534;
const NAMESPACE = ["unshare", "--user", `--map-user=${NOBODY}`, `--map-group=${NOBODY}`];

/**
 * As an ordinary user: nothing to do. As root: the owner of the data folder if that is somebody else, else a user
 * namespace in which root is called `nobody` (files stay root's), else `nobody` itself.
 *
 * @param dataFolder - need not exist yet.
 */
export async function runAs(dataFolder: string, env: MachineEnv): Promise<RunAs> {
  if (process.getuid?.() !== 0) return { prefix: [], uid: undefined };
  const owner = await ownerOf(dataFolder);
  if (owner !== undefined && owner !== 0) return { prefix: [], uid: owner };
  if (await canUnshare(env)) return { prefix: NAMESPACE, uid: undefined };
  return { prefix: [], uid: NOBODY };
}

async function ownerOf(folder: string): Promise<number | undefined> {
  return await stat(folder).then(
    ({ uid }) => uid,
    () => undefined,
  );
}

async function canUnshare(env: MachineEnv): Promise<boolean> {
  const [command = "", ...flags] = NAMESPACE;
  return await run(command, [...flags, "true"], { env: { ...env } }).then(
    () => true,
    () => false,
  );
}
