import { Worker } from "node:worker_threads";

/** Looks from a thread of its own, so that a busy main thread does not outlive the worker. */
const WATCHDOG = `
const parent = process.ppid;
setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, "SIGKILL"); }, 500);
`;

/**
 * Ends this process when the worker that started it is gone: at once when it idles, within a second when it computes.
 */
export function exitWithParent(): void {
  process.once("disconnect", () => process.exit(0));
  new Worker(WATCHDOG, { eval: true, execArgv: [] }).unref();
}
