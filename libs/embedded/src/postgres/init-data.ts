import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmod, chown, cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { ServerStartError } from "../errors.ts";
import type { Placement } from "./placement.ts";

const run = promisify(execFile);

/** How a new data folder is made. */
export interface InitOptions {
  /** Password of the superuser `postgres`; without one, every local connection is trusted. */
  readonly password: string | undefined;
  /** A folder of finished data folders to copy; what is missing there is made. */
  readonly template: string | undefined;
}

/** Whether Postgres has made this folder. */
export async function isInitialised(dataFolder: string): Promise<boolean> {
  return await readFile(join(dataFolder, "PG_VERSION")).then(
    () => true,
    () => false,
  );
}

/**
 * Makes the data folder, whole or not at all, so that a start that is cut off leaves nothing half done.
 *
 * @throws {@link ServerStartError} `embedded/start-failed` when `initdb` fails.
 */
export async function initData(placement: Placement, options: InitOptions): Promise<void> {
  const { dataFolder } = placement;
  const partial = `${dataFolder}.${process.pid}`;
  await mkdir(dirname(dataFolder), { recursive: true });
  await rm(partial, { recursive: true, force: true });
  if (isCopyable(placement, options)) await copyTemplate(placement, options.template, partial);
  else await runInitdb(placement, partial, options.password);
  await rm(dataFolder, { recursive: true, force: true });
  await rename(partial, dataFolder);
}

/** A copy would belong to us, and have the password of another. */
function isCopyable(
  { runAs }: Placement,
  options: InitOptions,
): options is InitOptions & { readonly template: string } {
  return (
    options.template !== undefined && options.password === undefined && runAs.uid === undefined
  );
}

async function copyTemplate(placement: Placement, template: string, to: string): Promise<void> {
  const finished = join(template, placement.version);
  if (!(await isInitialised(finished))) {
    const partial = `${finished}.${randomUUID()}`;
    await mkdir(template, { recursive: true });
    await runInitdb(placement, partial, undefined);
    // Whoever is first wins; the others use the winner's.
    await rename(partial, finished).catch(async () => await rm(partial, { recursive: true }));
  }
  await copyFolder(finished, to);
  await chmod(to, 0o700);
}

/** A thousand small files: the system's program takes a tenth of the time of `fs.cp`. */
async function copyFolder(from: string, to: string): Promise<void> {
  if (process.platform === "win32") await cp(from, to, { recursive: true });
  else await run("cp", ["-R", from, to]);
}

async function runInitdb(
  { initdb, runAs, env }: Placement,
  folder: string,
  password: string | undefined,
): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  const secret = join(dirname(folder), `${basename(folder)}.password`);
  const auth =
    password === undefined ? ["--auth=trust"] : ["--auth=scram-sha-256", "--pwfile", secret];
  const flags = ["-D", folder, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
  const [command = initdb, ...args] = [
    ...runAs.prefix,
    initdb,
    ...flags,
    "--no-instructions",
    ...auth,
  ];
  const { uid } = runAs;
  try {
    await writeFile(secret, password ?? "", { mode: 0o600 });
    if (uid !== undefined) await Promise.all([chown(folder, uid, uid), chown(secret, uid, uid)]);
    const who = uid === undefined ? {} : { uid, gid: uid };
    await run(command, args, { env: { ...env }, cwd: dirname(folder), ...who });
  } catch (cause) {
    await rm(folder, { recursive: true, force: true });
    const output = cause instanceof Error && "stderr" in cause ? String(cause.stderr) : "";
    throw new ServerStartError("postgres", "`initdb` failed", output.trim(), cause);
  } finally {
    await rm(secret, { force: true });
  }
}
