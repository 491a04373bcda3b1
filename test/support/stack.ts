import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type EmbeddedNats,
  type EmbeddedPostgres,
  startNats,
  startPostgres,
} from "@weirflow/embedded";
import { eventually } from "@weirflow/testing";
import { freePort } from "./free-port.ts";
import { type GraphqlApi, graphqlApi } from "./graphql-api.ts";
import { type ServiceProcess, startService } from "./service-process.ts";

/** Where the end-to-end flows live. */
export const FLOWS: string = join(import.meta.dirname, "../flows");
/** Shorter than in production, so that a test of a lapsed lease takes seconds. */
export const LEASE_MS = 3_000;

/** A whole Weirflow: real servers, and each service as a process of its own. */
export interface Stack extends AsyncDisposable {
  /** A scratch folder, removed at the end. */
  readonly dir: string;
  readonly postgres: EmbeddedPostgres;
  readonly nats: EmbeddedNats;
  readonly databaseUrl: string;
  readonly api: GraphqlApi;
  readonly gatewayUrl: string;
  /** Starts one more service, which ends with the stack; resolves when it is ready. */
  readonly start: (service: string, options?: StartOptions) => Promise<ServiceProcess>;
  /** Every process started so far. */
  readonly processes: readonly ServiceProcess[];
}

/** What a test may change about a service. */
export interface StartOptions {
  readonly name?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What a test may change about the stack. */
export interface StackOptions {
  /** Services to start, in order. @default all, one each */
  readonly services?: readonly string[];
  /** Folder of the flow files that the workers serve. @default {@link FLOWS} */
  readonly flows?: string;
  /** Variables of every service, above the defaults. */
  readonly env?: Readonly<Record<string, string>>;
}

const ALL = ["scheduler", "lineage", "gateway", "cpu-worker", "gpu-worker"];

/** Starts servers and services, and resolves when every one says that it is ready. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const stack = new AsyncDisposableStack();
  try {
    return await assemble(stack, options);
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function assemble(stack: AsyncDisposableStack, options: StackOptions): Promise<Stack> {
  const dir = await mkdtemp(join(tmpdir(), "weirflow-e2e-"));
  stack.defer(async () => await rm(dir, { recursive: true, force: true }));
  const { signal } = new AbortController();
  const postgres = stack.use(await startPostgres({ dataDir: join(dir, "postgres"), signal }));
  const nats = stack.use(await startNats({ dataDir: join(dir, "nats"), signal }));
  for (const name of ["weirflow", "weirflow_lineage"]) await postgres.createDatabase(name);
  const gatewayPort = await freePort();
  const gatewayUrl = `http://127.0.0.1:${gatewayPort}`;
  const env = {
    WEIR_NATS_URL: nats.url,
    WEIR_DATABASE_URL: postgres.url("weirflow"),
    WEIR_LINEAGE_DATABASE_URL: postgres.url("weirflow_lineage"),
    WEIR_VALUES_URL: `file://${join(dir, "values")}`,
    WEIR_LEASE_MS: String(LEASE_MS),
    WEIR_FLOWS: options.flows ?? FLOWS,
    WEIR_GATEWAY_PORT: String(gatewayPort),
    WEIR_LOG_LEVEL: "info",
    ...options.env,
  };
  const processes: ServiceProcess[] = [];
  const start: Stack["start"] = async (service, { name, env: more } = {}) => {
    const healthPort = service === "gateway" ? gatewayPort : await freePort();
    const started = stack.use(
      startService({
        service,
        name: name ?? service,
        env: {
          ...env,
          WEIR_HEALTH_PORT: service === "gateway" ? "0" : String(healthPort),
          ...more,
        },
      }),
    );
    processes.push(started);
    await ready(started, healthPort);
    return started;
  };
  for (const service of options.services ?? ALL) await start(service);
  return {
    dir,
    postgres,
    nats,
    databaseUrl: env.WEIR_DATABASE_URL,
    api: graphqlApi(`${gatewayUrl}/graphql`),
    gatewayUrl,
    start,
    processes,
    [Symbol.asyncDispose]: async () => await stack.disposeAsync(),
  };
}

/** Resolves when a service's `/readyz` says 200; fails at once when the process has ended. */
export async function ready(service: ServiceProcess, port: number): Promise<void> {
  await eventually(
    async () => {
      if (service.exited()) return "ended";
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
      await answer?.body?.cancel();
      return answer?.ok === true ? "ready" : false;
    },
    { timeoutMs: 60_000 },
  ).then((outcome) => {
    if (outcome === "ended")
      throw new Error(`${service.name} ended before it was ready:\n${service.output()}`);
  });
}
