import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { once as onlyOnce, sleep } from "@weirflow/lifecycle";

/** A program to keep alive. */
export interface SupervisedProgram {
  /** Arguments of Node. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told of each line that it writes. */
  readonly onLine: (line: string) => void;
  /** Told when it died and is started again. */
  readonly onRestart: (reason: string) => void;
  /** How long it may drain before it is ended. @default 40_000 */
  readonly drainMs?: number;
}

/** A program that is kept alive. Disposing asks it to drain, and ends it when it takes too long. */
export interface Supervised extends AsyncDisposable {
  /** Of the process that runs now. */
  readonly pid: () => number | undefined;
}

const FIRST_PAUSE_MS = 100;
/** The pause before a program is started again grows to this. */
const LONGEST_PAUSE_MS = 5_000;
/** One that has run this long is forgiven. */
const HEALTHY_MS = 10_000;
const DRAIN_MS = 40_000;
const EXIT_WITH_PARENT: string = new URL(
  import.meta.filename.endsWith(".ts") ? "exit-with-parent.ts" : "exit-with-parent.js",
  import.meta.url,
).href;

/**
 * Starts a program in a process group of its own, and starts it again whenever it dies, after pauses that grow.
 *
 * Ctrl-C on the terminal does not reach it: its supervisor decides when it drains. It drains too when the supervisor is
 * gone.
 */
export function supervise(program: SupervisedProgram): Supervised {
  const stopping = new AbortController();
  let child: ChildProcess | undefined;
  const keepAlive = async (): Promise<void> => {
    let pauseMs = FIRST_PAUSE_MS;
    while (!stopping.signal.aborted) {
      const began = performance.now();
      child = start(program);
      const reason = await ended(child);
      if (stopping.signal.aborted) return;
      if (performance.now() - began > HEALTHY_MS) pauseMs = FIRST_PAUSE_MS;
      program.onRestart(reason);
      await sleep(pauseMs, stopping.signal).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  };
  const kept = keepAlive();
  const stop = onlyOnce(async () => {
    stopping.abort("the program is being stopped");
    if (child !== undefined) await end(child, program.drainMs ?? DRAIN_MS);
    await kept;
  });
  return { pid: () => child?.pid, [Symbol.asyncDispose]: stop };
}

function start({ args, env, onLine }: SupervisedProgram): ChildProcess {
  const child = spawn(process.execPath, [`--import=${EXIT_WITH_PARENT}`, ...args], {
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null) createInterface({ input: stream }).on("line", onLine);
  return child;
}

/** Why a program ended; also one that could not be started. */
async function ended(child: ChildProcess): Promise<string> {
  return await new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) =>
      resolve(signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`),
    );
  });
}

async function end(child: ChildProcess, drainMs: number): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const over = ended(child);
  const timer = setTimeout(() => killGroup(child), drainMs);
  child.kill("SIGTERM");
  await over;
  clearTimeout(timer);
}

/** With all processes that it started. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // it ended by itself just now
  }
}
