import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

/** The root of the checkout. */
export const ROOT: string = resolve(import.meta.dirname, "../..");

/** A service as a process of its own. */
export interface ServiceProcess extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  /** Everything it has written so far. */
  readonly output: () => string;
  /** Whether it has ended. */
  readonly exited: () => boolean;
  /** Ends it without warning. */
  readonly kill: () => Promise<void>;
  /** Asks it to drain, and waits until it has ended; its exit code. */
  readonly stop: () => Promise<number | null>;
}

/** What is started: a service of this repository, from source or from `dist`. */
export interface ServiceStart {
  readonly service: string;
  readonly name?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly from?: "source" | "dist";
}

/** Starts a service; does not wait until it is ready. */
export function startService(start: ServiceStart): ServiceProcess {
  const entry =
    start.from === "dist"
      ? [`services/${start.service}/dist/main.js`]
      : ["--conditions=@weirflow/source", `services/${start.service}/src/main.ts`];
  const child = spawn(process.execPath, [...entry, ...(start.args ?? [])], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...start.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return serviceProcess(start.name ?? start.service, child);
}

function serviceProcess(name: string, child: ChildProcess): ServiceProcess {
  const pieces: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (piece: string) => pieces.push(piece));
  }
  const exited = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (!exited()) {
      const exit = once(child, "exit");
      child.kill(signal);
      await exit;
    }
    return child.exitCode;
  };
  return {
    name,
    pid: child.pid ?? -1,
    output: () => pieces.join(""),
    exited,
    kill: async () => void (await end("SIGKILL")),
    stop: async () => await end("SIGTERM"),
    [Symbol.asyncDispose]: async () => void (await end("SIGTERM")),
  };
}
