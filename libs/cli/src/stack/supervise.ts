import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { sleep } from "@weirflow/lifecycle";

/** A program to keep alive. */
export interface SupervisedProgram {
  readonly name: string;
  /** Arguments of Node. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told of each line that it writes. */
  readonly onLine: (line: string) => void;
  /** Told when it died and is started again. */
  readonly onRestart: (reason: string) => void;
}

/** A program that is kept alive. Disposing asks it to drain, and ends it when it takes too long. */
export interface Supervised extends AsyncDisposable {
  /** Of the process that runs now. */
  readonly pid: () => number | undefined;
}

/** The pause before a program is started again grows to this. */
const LONGEST_PAUSE_MS = 5_000;
/** One that has run this long is forgiven. */
const HEALTHY_MS = 10_000;
/** A drain may take this long. */
const DRAIN_MS = 40_000;

/** Starts a program, and starts it again whenever it dies. */
export function supervise(program: SupervisedProgram): Supervised {
  const stopping = new AbortController();
  let child: ChildProcess | undefined;
  const keepAlive = async (): Promise<void> => {
    let pauseMs = 100;
    while (!stopping.signal.aborted) {
      const began = performance.now();
      child = start(program);
      const [code, signal] = await once(child, "exit");
      if (stopping.signal.aborted) return;
      pauseMs =
        performance.now() - began > HEALTHY_MS ? 100 : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      program.onRestart(
        signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`,
      );
      await sleep(pauseMs, stopping.signal).catch(() => undefined);
    }
  };
  const kept = keepAlive();
  return {
    pid: () => child?.pid,
    async [Symbol.asyncDispose]() {
      stopping.abort("the program is being stopped");
      if (child !== undefined) await end(child);
      await kept;
    },
  };
}

function start({ args, env, onLine }: SupervisedProgram): ChildProcess {
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", onLine);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), DRAIN_MS);
  await exit;
  clearTimeout(timer);
}
