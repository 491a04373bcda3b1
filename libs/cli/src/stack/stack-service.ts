import { sleep } from "@weirflow/lifecycle";
import { StackNotReadyError } from "../errors.ts";
import { serviceEntry, type ServiceName } from "./service-entries.ts";
import { supervise } from "./supervise.ts";

/** A service to start as a process of its own. */
export interface ServiceStart {
  readonly name: ServiceName;
  /** Where `/readyz` is answered. */
  readonly port: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Who is told, and what ends the wait. */
export interface ServiceWatch {
  readonly onLine: (service: string, line: string) => void;
  readonly onStep: (text: string) => void;
  readonly signal: AbortSignal;
}

/** A service that is kept alive. Disposing drains it. */
export interface StackService extends AsyncDisposable {
  readonly pid: () => number | undefined;
  /** Resolves once it is ready for the first time; rejects when it dies too often before that, or takes too long. */
  readonly ready: Promise<void>;
}

const READY_TIMEOUT_MS = 60_000;
/** One that cannot start, e.g. for a wrong variable, dies at once each time. */
const DEATHS_BEFORE_READY = 4;
const KEPT_LINES = 20;

/** Starts a service and waits for it. */
export function startService(start: ServiceStart, watch: ServiceWatch): StackService {
  const { name, port, env } = start;
  const lines: string[] = [];
  const giveUp = new AbortController();
  let deaths = 0;
  const program = supervise({
    args: serviceEntry(name),
    env,
    onLine: (line) => {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      watch.onLine(name, line);
    },
    onRestart: (reason) => {
      watch.onStep(`${name}: ${reason}; starting it again`);
      if (++deaths >= DEATHS_BEFORE_READY) giveUp.abort();
    },
  });
  const until = AbortSignal.any([
    watch.signal,
    giveUp.signal,
    AbortSignal.timeout(READY_TIMEOUT_MS),
  ]);
  const ready = untilReady(port, until).catch((cause: unknown) => {
    watch.signal.throwIfAborted();
    throw new StackNotReadyError(name, lines, cause);
  });
  ready.catch(() => undefined); // whoever waits for it is told; nobody may be
  return {
    pid: program.pid,
    ready,
    [Symbol.asyncDispose]: async () => await program[Symbol.asyncDispose](),
  };
}

async function untilReady(port: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal }).catch(
      () => undefined,
    );
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
    await sleep(50, signal);
  }
}
