import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { unlessAborted } from "@weirflow/lifecycle";
import { ServerStartError } from "./errors.ts";
import type { MachineEnv } from "./machine-env.ts";

/** What to run, and how to know that it is up. */
export interface LaunchOptions {
  /** For messages: `"postgres"`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: MachineEnv;
  /** Runs it as this user and group; only root can. */
  readonly uid?: number | undefined;
  /** The server is up when it writes such a line. */
  readonly readyLine: RegExp;
  /** Gets every line that it writes. */
  readonly onOutput?: ((line: string) => void) | undefined;
  /** Ends the start. Once up, the server lives on until it is stopped. */
  readonly signal: AbortSignal;
}

/** A server that runs as a child of this process, in a session of its own, so that Ctrl-C does not reach it. */
export interface ServerProcess {
  readonly pid: number;
  /** Resolves when it has ended, however that came. */
  readonly exited: Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

const START_TIMEOUT_MS = 60_000;
const KEPT_LINES = 30;

/**
 * Starts a server and resolves when it says that it is ready. If this process is killed, a watchdog stops the server
 * (on systems with `sh`).
 *
 * @throws {@link ServerStartError} `embedded/start-failed` when it ends or stays silent instead.
 * @throws CancelledError `lifecycle/cancelled` when the signal is aborted.
 */
export async function launchServer(options: LaunchOptions): Promise<ServerProcess> {
  const child = spawnServer(options);
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));
  if (child.pid !== undefined) watchOver(child.pid, exited);
  try {
    await ready(child, options);
  } catch (error) {
    if (child.pid !== undefined) {
      child.kill("SIGKILL");
      await exited;
    }
    throw error;
  }
  // A child that wrote a line was spawned, so it has an id.
  const pid = child.pid as number;
  return { pid, exited, kill: (signal) => void child.kill(signal) };
}

function spawnServer({ command, args, cwd, env, uid }: LaunchOptions): ChildProcess {
  return spawn(command, args, {
    cwd,
    env: { ...env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
}

async function ready(child: ChildProcess, options: LaunchOptions): Promise<void> {
  const { name, readyLine, onOutput, signal } = options;
  const lines: string[] = [];
  const outcome = Promise.withResolvers<void>();
  const fail = (reason: string, cause?: unknown): void =>
    outcome.reject(new ServerStartError(name, reason, lines.join("\n"), cause));
  const onLine = (line: string): void => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    onOutput?.(line);
    if (readyLine.test(line)) outcome.resolve();
  };
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null) createInterface({ input: stream }).on("line", onLine);
  child.once("error", (cause) => fail(`"${options.command}" cannot be run`, cause));
  child.once("close", (code, by) => fail(`it ended with ${by ?? `code ${code}`}`));
  const timer = setTimeout(() => fail(`not ready after ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS);
  try {
    await unlessAborted(outcome.promise, signal);
  } finally {
    clearTimeout(timer);
    outcome.promise.catch(() => undefined);
  }
}

/**
 * The watchdog waits on a pipe that only this process holds: a line means that the server ended, the pipe's end means
 * that this process did.
 */
const WATCHDOG = `read -r _ && exit 0
kill -INT "$1" 2>/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10; do
  kill -0 "$1" 2>/dev/null || exit 0
  sleep 1
done
kill -KILL "$1"`;

function watchOver(pid: number, exited: Promise<void>): void {
  if (process.platform === "win32") return;
  const watchdog = spawn("sh", ["-c", WATCHDOG, "weirflow-watchdog", String(pid)], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Without `sh` the server merely outlives a kill; the next start finds it.
  watchdog.on("error", () => undefined);
  watchdog.stdin.on("error", () => undefined);
  watchdog.unref();
  void exited.then(() => watchdog.stdin.end("stopped\n"));
}
