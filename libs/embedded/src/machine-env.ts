/** The environment of a process. */
export type MachineEnv = Readonly<Record<string, string | undefined>>;

/**
 * The environment of this process: PATH to find programs, NATS_SERVER_BIN, npm's own variables.
 *
 * Test fixtures and scripts have no `main.ts` to hand it down from, so this one function reads it.
 */
export function machineEnv(): MachineEnv {
  // oxlint-disable-next-line node/no-process-env -- describes the machine, and is a default that callers can replace
  return process.env;
}
