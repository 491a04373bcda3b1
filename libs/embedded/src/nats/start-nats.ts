import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { sleep } from "@weirflow/lifecycle";
import { ServerStartError, ServerUnresponsiveError } from "../errors.ts";
import { withLock } from "../folder-lock.ts";
import { freePort, isPortFree } from "../free-port.ts";
import { machineEnv, type MachineEnv } from "../machine-env.ts";
import { commandOf } from "../process-info.ts";
import { launchServer, type ServerProcess } from "../server-process.ts";
import { readState, type ServerState, writeState } from "../state-file.ts";
import { natsInfo } from "./nats-info.ts";
import { type EmbeddedNats, NatsServer } from "./nats-server.ts";
import { resolveNatsServer } from "./resolve-nats-server.ts";

/** How to start, or find, a nats-server. */
export interface NatsOptions {
  /** Folder that holds everything of this server; made when missing. */
  readonly dataDir: string;
  /** @default the port of the last start if it is free, else any free one */
  readonly port?: number;
  /** Port of the monitoring API. @default none */
  readonly monitoringPort?: number;
  /** Lines added to the configuration: accounts, limits. The JetStream block is already there. */
  readonly configText?: string;
  /** Folder that a fetched program is kept in. @default ".weirflow/bin" */
  readonly binDir?: string;
  /** Gets every line that the server writes. */
  readonly onOutput?: (line: string) => void;
  /** Ends the start; a server that is up lives on until it is stopped. */
  readonly signal: AbortSignal;
  /** @default the environment of this process */
  readonly env?: MachineEnv;
}

/** Another process may take a free port between finding and using it. */
const LAUNCH_TRIES = 5;
const ANSWER_TIMEOUT_MS = 10_000;
const PAUSE_MS = 50;

/**
 * Starts a nats-server with JetStream on a loopback port, or attaches to the one that already runs on the same folder.
 *
 * @returns a server that answers. Its owner must stop it; a guest (`isOwner` is false) cannot.
 * @throws NatsServerMissingError `embedded/nats-missing` when no program can be had.
 * @throws {@link ServerStartError} `embedded/start-failed` with the end of its output.
 * @throws {@link ServerUnresponsiveError} `embedded/unresponsive` when the one that runs does not answer.
 * @throws FolderLockedError `embedded/folder-locked` when another start takes too long.
 * @example
 * await using nats = await startNats({ dataDir: ".weirflow/nats", signal });
 * const connection = await connect({ servers: nats.url });
 */
export async function startNats(options: NatsOptions): Promise<EmbeddedNats> {
  const dir = resolve(options.dataDir);
  await mkdir(dir, { recursive: true });
  return await withLock(join(dir, "lock"), options, async () => {
    const all = { ...options, dataDir: dir };
    const monitoring = options.monitoringPort;
    const shared = { dir, monitoringPort: monitoring };
    const relaunch = async (port: number): Promise<ServerProcess> =>
      await launchOn(port, { ...all, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    const found = await attach(all);
    if (found !== undefined) return new NatsServer({ ...shared, ...found, relaunch });
    return new NatsServer({ ...shared, ...(await launchAnywhere(all)), relaunch });
  });
}

/** One that runs but is just stopping is waited out, and then counts as not running. */
async function attach({ dataDir, signal }: NatsOptions): Promise<ServerState | undefined> {
  const end = performance.now() + ANSWER_TIMEOUT_MS;
  const state = await readState(join(dataDir, "state.json"));
  if (state === undefined) return undefined;
  while ((await commandOf(state.pid)).includes(configPath(dataDir))) {
    if ((await natsInfo(state.port)) !== undefined) return state;
    if (performance.now() > end) throw new ServerUnresponsiveError("nats", state.pid, dataDir);
    await sleep(PAUSE_MS, signal);
  }
  return undefined;
}

async function launchAnywhere(
  options: NatsOptions,
): Promise<{ port: number; process: ServerProcess }> {
  const isFixed = options.port !== undefined;
  const first = options.port ?? (await usualPort(options.dataDir));
  for (let tries = 1, port = first; ; tries += 1, port = isFixed ? first : await freePort()) {
    try {
      return { port, process: await launchOn(port, options) };
    } catch (error) {
      if (isFixed || tries >= LAUNCH_TRIES || !isPortTaken(error)) throw error;
    }
  }
}

async function usualPort(dir: string): Promise<number> {
  const last = await readState(join(dir, "state.json"));
  return last !== undefined && (await isPortFree(last.port)) ? last.port : await freePort();
}

async function launchOn(port: number, options: NatsOptions): Promise<ServerProcess> {
  const { dataDir, onOutput, signal, env = machineEnv(), binDir } = options;
  const from = { env, signal, ...(binDir === undefined ? {} : { binDir }) };
  const { path } = await resolveNatsServer(from);
  const config = configPath(dataDir);
  await writeFile(config, natsConfig(port, options));
  const process = await launchServer({
    name: "nats-server",
    command: path,
    args: ["-c", config],
    cwd: dataDir,
    env,
    readyLine: /Server is ready/,
    onOutput,
    signal,
  });
  await writeState(join(dataDir, "state.json"), { pid: process.pid, port });
  return process;
}

function natsConfig(
  port: number,
  { dataDir, monitoringPort, configText = "" }: NatsOptions,
): string {
  const store = join(dataDir, "jetstream").replaceAll("\\", "/");
  return [
    `listen: "127.0.0.1:${port}"`,
    ...(monitoringPort === undefined ? [] : [`http: "127.0.0.1:${monitoringPort}"`]),
    `jetstream { store_dir: ${JSON.stringify(store)} }`,
    configText,
    "",
  ].join("\n");
}

function configPath(dir: string): string {
  return join(dir, "nats.conf");
}

function isPortTaken(error: unknown): boolean {
  return error instanceof ServerStartError && /address already in use/.test(error.output);
}
