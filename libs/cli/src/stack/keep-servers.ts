import type { EmbeddedServers } from "@weirflow/embedded";
import { BackgroundLoop } from "@weirflow/lifecycle";

/** What is told of a server that died. */
export interface KeepServersOptions {
  readonly onStep: (text: string) => void;
  /** How often to look. @default 500 */
  readonly intervalMs?: number;
}

/**
 * Starts a server of ours again, on the same port and data, when it died. Servers that another program started are its
 * own business. Disposing ends the watch; it has to come before the servers are stopped.
 */
export function keepServers(
  servers: Pick<EmbeddedServers, "postgres" | "nats">,
  { onStep, intervalMs = 500 }: KeepServersOptions,
): BackgroundLoop {
  const kept = [
    { name: "Postgres", server: servers.postgres },
    { name: "NATS", server: servers.nats },
  ];
  return new BackgroundLoop({
    step: async () => {
      for (const { name, server } of kept)
        if (server.isOwner && !isAlive(server.pid)) {
          onStep(`${name}: it died; starting it again`);
          await server.restart();
        }
      return intervalMs;
    },
    onError: (error) => onStep(`a server could not be started again: ${String(error)}`),
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
