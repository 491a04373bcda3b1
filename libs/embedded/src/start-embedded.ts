import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { machineEnv, type MachineEnv } from "./machine-env.ts";
import type { EmbeddedNats } from "./nats/nats-server.ts";
import { startNats } from "./nats/start-nats.ts";
import type { EmbeddedPostgres } from "./postgres/postgres-server.ts";
import { startPostgres } from "./postgres/start-postgres.ts";

/** Where a pair of servers lives. */
export interface EmbeddedOptions {
  /** Folder of both, `.weirflow`; made when missing. */
  readonly dir: string;
  /** Ends the start; servers that are up live on until they are stopped. */
  readonly signal: AbortSignal;
  /** @default the environment of this process */
  readonly env?: MachineEnv;
}

/** A Postgres and a nats-server that belong together; disposing stops those that were started by it. */
export interface EmbeddedServers extends AsyncDisposable {
  readonly postgres: EmbeddedPostgres;
  readonly nats: EmbeddedNats;
}

/**
 * Starts both servers, or attaches to those that already run on the same folder. What they write goes to
 * `postgres.log` and `nats.log` there.
 *
 * @throws what {@link startPostgres} and {@link startNats} throw; the other server is then stopped again.
 * @example
 * await using servers = await startEmbedded({ dir: ".weirflow", signal });
 * console.log(servers.nats.url, servers.postgres.url("postgres"));
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServers> {
  const { dir, signal, env = machineEnv() } = options;
  await mkdir(dir, { recursive: true });
  await using stack = new AsyncDisposableStack();
  const logTo = (name: string): ((line: string) => void) => {
    const log = stack.adopt(createWriteStream(join(dir, name), { flags: "a" }), (stream) => {
      stream.end();
    });
    return (line) => void log.write(`${line}\n`);
  };
  const postgresLog = logTo("postgres.log");
  const natsLog = logTo("nats.log");
  const binDir = join(dir, "bin");
  const [postgres, nats] = await Promise.allSettled([
    startPostgres({ dataDir: join(dir, "postgres"), onOutput: postgresLog, signal, env }),
    startNats({ dataDir: join(dir, "nats"), binDir, onOutput: natsLog, signal, env }),
  ]);
  if (postgres.status === "fulfilled") stack.use(postgres.value);
  if (nats.status === "fulfilled") stack.use(nats.value);
  if (postgres.status === "rejected") throw postgres.reason;
  if (nats.status === "rejected") throw nats.reason;
  const started = stack.move();
  return {
    postgres: postgres.value,
    nats: nats.value,
    [Symbol.asyncDispose]: async () => await started.disposeAsync(),
  };
}
