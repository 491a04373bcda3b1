import { mkdir } from "node:fs/promises";
import { delimiter, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { freePort, startEmbedded } from "@weirflow/embedded";
import { keepServers } from "./keep-servers.ts";
import { type ServiceName, SERVICES } from "./service-entries.ts";
import { type StackService, startService } from "./stack-service.ts";

/** What a stack is started with. */
export interface StackOptions {
  /** Where its data lives: `.weirflow`. */
  readonly dir: string;
  /** Folders and files of flows that the workers serve. */
  readonly flows: readonly string[];
  /** Of the gateway; 0 takes any free port. */
  readonly gatewayPort: number;
  /** Variables that every service gets beside its own. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told of each line that a service writes. */
  readonly onLine: (service: string, line: string) => void;
  /** Told of each step. */
  readonly onStep: (text: string) => void;
  readonly signal: AbortSignal;
}

/** A whole Weirflow on this machine. Disposing drains the services, last started first, then stops the servers. */
export interface RunningStack extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`. */
  readonly gatewayUrl: string;
  readonly natsUrl: string;
  /** Process ids by service; they change when a service was started again. */
  readonly pids: () => Readonly<Record<string, number | undefined>>;
}

/**
 * Starts Postgres, NATS and every service as a process of its own, and resolves when all are ready.
 *
 * Servers named by `WEIR_DATABASE_URL`, `WEIR_LINEAGE_DATABASE_URL` and `WEIR_NATS_URL` in `env` are used instead.
 *
 * @throws {@link StackNotReadyError} `cli/stack-not-ready`, with the last lines of the service that is to blame; and what
 *   `startEmbedded` throws.
 */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  await using starting = new AsyncDisposableStack();
  const servers = await openServers(starting, options);
  const gatewayPort = options.gatewayPort === 0 ? await freePort() : options.gatewayPort;
  const shared = {
    ...options.env,
    ...servers,
    ...(await ownEnv(options)),
    WEIR_GATEWAY_PORT: String(gatewayPort),
  };
  const running = new Map<ServiceName, StackService>();
  for (const name of SERVICES) {
    const port = name === "gateway" ? gatewayPort : await freePort();
    const env = { ...shared, WEIR_HEALTH_PORT: name === "gateway" ? "0" : String(port) };
    running.set(name, starting.use(startService({ name, port, env }, options)));
  }
  await Promise.all([...running.values()].map(async (service) => await service.ready));
  const started = starting.move();
  return {
    gatewayUrl: `http://127.0.0.1:${gatewayPort}`,
    natsUrl: servers.WEIR_NATS_URL,
    pids: () => Object.fromEntries([...running].map(([name, service]) => [name, service.pid()])),
    [Symbol.asyncDispose]: async () => await started.disposeAsync(),
  };
}

interface ServerUrls {
  readonly WEIR_DATABASE_URL: string;
  readonly WEIR_LINEAGE_DATABASE_URL: string;
  readonly WEIR_NATS_URL: string;
}

async function openServers(
  starting: AsyncDisposableStack,
  { dir, env, onStep, signal }: StackOptions,
): Promise<ServerUrls> {
  const {
    WEIR_DATABASE_URL: database,
    WEIR_LINEAGE_DATABASE_URL: lineage,
    WEIR_NATS_URL: nats,
  } = env;
  if (database && lineage && nats)
    return { WEIR_DATABASE_URL: database, WEIR_LINEAGE_DATABASE_URL: lineage, WEIR_NATS_URL: nats };
  const servers = starting.use(await startEmbedded({ dir, signal }));
  starting.use(keepServers(servers, { onStep }));
  for (const name of ["weirflow", "weirflow_lineage"]) await servers.postgres.createDatabase(name);
  onStep(
    `Postgres on port ${servers.postgres.port} and NATS on port ${servers.nats.port}, data in ${dir}`,
  );
  return {
    WEIR_DATABASE_URL: database || servers.postgres.url("weirflow"),
    WEIR_LINEAGE_DATABASE_URL: lineage || servers.postgres.url("weirflow_lineage"),
    WEIR_NATS_URL: nats || servers.nats.url,
  };
}

async function ownEnv({ dir, flows }: StackOptions): Promise<Readonly<Record<string, string>>> {
  const values = resolve(dir, "values");
  await mkdir(values, { recursive: true });
  return {
    WEIR_VALUES_URL: pathToFileURL(values).href,
    WEIR_FLOWS: flows.map((path) => resolve(path)).join(delimiter),
  };
}
