import { resolve } from "node:path";
import { type Bus, connectBus } from "@weirflow/bus";
import { once, retry } from "@weirflow/lifecycle";
import { type LineageStore, migrateLineage, openLineageStore } from "@weirflow/lineage-store";
import { migrate, openStore, pageOfFlows, type Store } from "@weirflow/store";
import type { Logger } from "@weirflow/telemetry";
import { openValueStore, type ValueStore } from "@weirflow/values";
import type { GatewayConfig } from "./config.ts";
import type { GatewayPorts } from "./context.ts";
import { OpenGatewayError } from "./errors.ts";
import { createApi } from "./graphql/create-api.ts";
import { isLoopback } from "./http/authorize.ts";
import { listen } from "./http/listen.ts";
import { Metrics } from "./http/metrics.ts";
import { route } from "./http/route.ts";
import { RunHub } from "./watch/run-hub.ts";

/** The running gateway. Disposing takes no more requests, answers those under way, then closes. */
export interface RunningGateway extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
}

/** What `main.ts` brings along. */
export interface GatewayOptions {
  readonly config: GatewayConfig;
  readonly logger: Logger;
  /** Ends a start that is under way, and readiness once it runs. */
  readonly signal: AbortSignal;
}

const UNTIL_THERE = { attempts: Infinity, firstDelayMs: 100, maxDelayMs: 2_000, jitter: 0.2 };
const CHECK_TIMEOUT_MS = 2_000;

/**
 * Opens both databases, the bus and the value store, and serves the API. Waits for servers that are not there yet.
 *
 * @throws {@link OpenGatewayError} `gateway/open` for an address that others reach, without a token.
 */
export async function createGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { config, logger, signal } = options;
  const { WEIR_GATEWAY_HOST: host, WEIR_GATEWAY_PORT: port, WEIR_API_TOKEN: token } = config;
  if (!isLoopback(host) && token === undefined) throw new OpenGatewayError(host);
  await using starting = new AsyncDisposableStack();
  const store = starting.use(
    openStore({ url: config.WEIR_DATABASE_URL, applicationName: "weirflow-gateway", logger }),
  );
  const lineage = starting.use(openLineage(options));
  if (config.WEIR_MIGRATE) await migrateBoth(options, store, lineage);
  const wakeWatchers: { now?: () => void } = {};
  const bus = starting.use(await openBus(options, () => wakeWatchers.now?.()));
  const values = starting.use(await openValues(options, bus));
  const hub = starting.use(new RunHub({ bus, logger }));
  wakeWatchers.now = () => hub.wakeAll();
  const stopping = new AbortController();
  starting.defer(() => stopping.abort("the gateway is stopping"));
  const ports: GatewayPorts = {
    store,
    lineage,
    values,
    bus,
    hub,
    logger,
    cancelGraceMs: 2 * config.WEIR_GRACE_MS,
    triggerSubjects: config.WEIR_TRIGGER_SUBJECTS,
  };
  const metrics = new Metrics();
  const api = createApi({ ports, metrics, stop: stopping.signal });
  const checks = async () => await checkAll(store, lineage, bus);
  const handle = route({ api, ports, metrics, token, checks, stop: signal });
  const drainMs = config.WEIR_DRAIN_TIMEOUT_MS;
  const server = starting.use(await listen({ host, port, handle, drainMs }));
  const running = starting.move();
  return {
    host,
    port: server.port,
    [Symbol.asyncDispose]: once(async () => await running.disposeAsync()),
  };
}

function openLineage({ config, logger }: GatewayOptions): LineageStore {
  return openLineageStore({
    url: config.WEIR_LINEAGE_DATABASE_URL,
    applicationName: "weirflow-gateway",
    onConnectionError: (error) => logger.warn("gateway.lineage-connection-lost", { error }),
  });
}

async function openBus(
  { config, logger, signal }: GatewayOptions,
  onReconnect: () => void,
): Promise<Bus> {
  return await connectBus({
    url: config.WEIR_NATS_URL,
    name: "gateway",
    credentials: config.WEIR_NATS_CREDENTIALS,
    logger,
    signal,
    onReconnect,
  });
}

/** The bucket of values is made by a scheduler, which may still be starting. */
async function openValues(
  { config, logger, signal }: GatewayOptions,
  bus: Bus,
): Promise<ValueStore> {
  const url = config.WEIR_VALUES_URL;
  const options = {
    url: url.includes(":") ? url : resolve(url),
    natsUrl: config.WEIR_NATS_URL,
    isShared: config.WEIR_VALUES_SHARED,
    bus,
    signal,
  };
  return await retry(UNTIL_THERE, async () => await openValueStore(options), {
    signal,
    onRetry: (error) => logger.warn("gateway.values-not-there", { error }),
  });
}

async function migrateBoth(
  { logger, signal }: GatewayOptions,
  store: Store,
  lineage: LineageStore,
): Promise<void> {
  const onRetry = (error: unknown): void => logger.warn("gateway.database-not-there", { error });
  await retry(UNTIL_THERE, async () => await migrate(store, signal), { signal, onRetry });
  await retry(UNTIL_THERE, async () => await migrateLineage(lineage, signal), { signal, onRetry });
}

async function checkAll(
  store: Store,
  lineage: LineageStore,
  bus: Bus,
): Promise<Readonly<Record<string, boolean>>> {
  const signal = AbortSignal.timeout(CHECK_TIMEOUT_MS);
  const holds = async (work: Promise<unknown>): Promise<boolean> =>
    await work.then(
      () => true,
      () => false,
    );
  const [database, lineageDatabase] = await Promise.all([
    holds(pageOfFlows(store, { limit: 1 }, signal)),
    holds(lineage.ping(signal)),
  ]);
  return { database, lineageDatabase, nats: bus.isConnected() };
}
