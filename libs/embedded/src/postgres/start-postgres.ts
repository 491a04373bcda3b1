import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { sleep } from "@weirflow/lifecycle";
import { ServerStartError, ServerUnresponsiveError } from "../errors.ts";
import { withLock } from "../folder-lock.ts";
import { freePort, isPortFree } from "../free-port.ts";
import { machineEnv, type MachineEnv } from "../machine-env.ts";
import { isAlive } from "../process-info.ts";
import { launchServer, type ServerProcess } from "../server-process.ts";
import { readState, type ServerState, writeState } from "../state-file.ts";
import { answers } from "./admin.ts";
import { initData, isInitialised } from "./init-data.ts";
import { runningPostgres } from "./pid-file.ts";
import { type Placement, placePostgres } from "./placement.ts";
import { databaseUrl, type EmbeddedPostgres, PostgresServer } from "./postgres-server.ts";

/** How to start, or find, a Postgres. */
export interface PostgresOptions {
  /** Folder that holds everything of this server; made when missing. */
  readonly dataDir: string;
  /** @default the port of the last start if it is free, else any free one */
  readonly port?: number;
  /** Server settings, as in `postgresql.conf`: `{ fsync: "off" }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /**
   * How local connections prove themselves: by a generated password (part of every URL), or not at all.
   * @default "password"
   */
  readonly auth?: "password" | "trust";
  /** A folder outside `dataDir` that keeps a new data folder to copy from: quicker, and only without a password. */
  readonly template?: string;
  /** Gets every line that the server writes. */
  readonly onOutput?: (line: string) => void;
  /** Ends the start; a server that is up lives on until it is stopped. */
  readonly signal: AbortSignal;
  /** @default the environment of this process */
  readonly env?: MachineEnv;
}

/** All that a launch needs, also the launches of later restarts. */
interface Launch extends PostgresOptions {
  readonly placement: Placement;
  readonly password: string | undefined;
}

const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "200",
  timezone: "UTC",
  log_timezone: "UTC",
};
const ANSWER_TIMEOUT_MS = 15_000;
const LAUNCH_TRIES = 40;
const PAUSE_MS = 50;

/**
 * Starts a Postgres on a loopback port, or attaches to the one that already runs on the same folder. Creates the
 * folder's contents, and cleans up after one that was killed. Works as root too: see the README.
 *
 * @returns a server that answers. Its owner must stop it; a guest (`isOwner` is false) cannot.
 * @throws PostgresMissingError `embedded/postgres-missing` when the platform's package is not installed.
 * @throws {@link ServerStartError} `embedded/start-failed` with the end of its output.
 * @throws {@link ServerUnresponsiveError} `embedded/unresponsive` when the one that runs does not answer.
 * @throws FolderLockedError `embedded/folder-locked` when another start takes too long.
 * @example
 * await using postgres = await startPostgres({ dataDir: ".weirflow/postgres", signal });
 * await postgres.createDatabase("weir");
 * const db = new Pool({ connectionString: postgres.url("weir") });
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const dir = resolve(options.dataDir);
  await mkdir(dir, { recursive: true });
  return await withLock(join(dir, "lock"), options, async () => {
    const placement = await placePostgres(dir, options.env ?? machineEnv());
    const password = await passwordOf(dir, placement, options.auth ?? "password");
    const launch: Launch = { ...options, dataDir: dir, placement, password };
    const relaunch = async (port: number): Promise<ServerProcess> =>
      await launchOn(port, { ...launch, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    const found = await attach(launch);
    if (found !== undefined) return new PostgresServer({ ...found, password, relaunch });
    const { dataFolder } = placement;
    const { template } = options;
    if (!(await isInitialised(dataFolder))) await initData(placement, { password, template });
    return new PostgresServer({ ...(await launchAnywhere(launch)), password, relaunch });
  });
}

/** The password outlives the server, beside its data; a folder made without one goes on without. */
async function passwordOf(
  dir: string,
  { dataFolder }: Placement,
  auth: "password" | "trust",
): Promise<string | undefined> {
  const path = join(dir, "password");
  const known = await readFile(path, "utf8").catch(() => undefined);
  if (known !== undefined) return known;
  if (auth === "trust" || (await isInitialised(dataFolder))) return undefined;
  const made = randomBytes(18).toString("base64url");
  await writeFile(path, made, { mode: 0o600 });
  return made;
}

/** One that runs but is just stopping is waited out, and then counts as not running. */
async function attach({ placement, password, signal }: Launch): Promise<ServerState | undefined> {
  const end = performance.now() + ANSWER_TIMEOUT_MS;
  for (;;) {
    const running = await runningPostgres(placement.dataFolder);
    if (running === undefined) return undefined;
    if (running.port > 0 && (await answers(databaseUrl("postgres", running.port, password))))
      return running;
    if (performance.now() > end)
      throw new ServerUnresponsiveError("postgres", running.pid, placement.dataFolder);
    if (isAlive(running.pid)) await sleep(PAUSE_MS, signal);
  }
}

async function launchAnywhere(launch: Launch): Promise<{ port: number; process: ServerProcess }> {
  const stateFile = join(launch.dataDir, "state.json");
  const port = launch.port ?? (await usualPort(stateFile));
  const isFixed = launch.port !== undefined;
  for (let tries = 1, next = port; ; tries += 1, next = isFixed ? port : await freePort()) {
    try {
      const process = await launchOn(next, launch);
      await writeState(stateFile, { pid: process.pid, port: next });
      return { port: next, process };
    } catch (error) {
      if (isFixed || tries >= LAUNCH_TRIES || !isPortTaken(error)) throw error;
    }
  }
}

async function usualPort(stateFile: string): Promise<number> {
  const last = await readState(stateFile);
  return last !== undefined && (await isPortFree(last.port)) ? last.port : await freePort();
}

/** The children of a server that was killed end by themselves, a moment later; until then their memory is in the way. */
async function launchOn(port: number, launch: Launch): Promise<ServerProcess> {
  const { placement, settings = {}, onOutput, signal } = launch;
  const { dataFolder, postgres, runAs, env } = placement;
  const pairs = Object.entries({ ...SETTINGS, ...settings, port: String(port) });
  const flags = pairs.flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const [command = postgres, ...args] = [...runAs.prefix, postgres, "-D", dataFolder, ...flags];
  const readyLine = /database system is ready to accept connections/;
  const { uid } = runAs;
  for (let tries = 1; ; tries += 1) {
    try {
      const rest = { args, cwd: launch.dataDir, env, uid, readyLine, onOutput, signal };
      return await launchServer({ name: "postgres", command, ...rest });
    } catch (error) {
      if (tries >= LAUNCH_TRIES || !isFolderBusy(error)) throw error;
      await sleep(PAUSE_MS, signal);
    }
  }
}

function isPortTaken(error: unknown): boolean {
  return error instanceof ServerStartError && /could not bind/.test(error.output);
}

function isFolderBusy(error: unknown): boolean {
  const busy = /pre-existing shared memory|lock file "postmaster.pid" already exists/;
  return error instanceof ServerStartError && busy.test(error.output);
}
