import { sleep } from "@weirflow/lifecycle";
import { isAlive } from "./process-info.ts";
import type { ServerProcess } from "./server-process.ts";

const TIMEOUT_MS = 15_000;
const POLL_MS = 25;

/** Asks a server of ours to end, and waits; one that hangs is killed, which costs a recovery at its next start. */
export async function endGently(server: ServerProcess, signal: NodeJS.Signals): Promise<void> {
  server.kill(signal);
  const timer = setTimeout(() => server.kill("SIGKILL"), TIMEOUT_MS);
  await server.exited;
  clearTimeout(timer);
}

/**
 * Sends a signal and waits for the end.
 *
 * @param server - one of ours, or the process id of somebody else's.
 * @throws CancelledError `lifecycle/cancelled` when somebody else's is still there after 15 s.
 */
export async function endProcess(
  server: ServerProcess | number,
  signal: NodeJS.Signals,
): Promise<void> {
  if (typeof server !== "number") {
    server.kill(signal);
    return await server.exited;
  }
  if (isAlive(server)) process.kill(server, signal);
  const deadline = AbortSignal.timeout(TIMEOUT_MS);
  while (isAlive(server)) await sleep(POLL_MS, deadline);
}
