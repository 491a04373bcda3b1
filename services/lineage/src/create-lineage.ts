import { connectBus } from "@weirflow/bus";
import { once, retry } from "@weirflow/lifecycle";
import { type LineageStore, migrateLineage, openLineageStore } from "@weirflow/lineage-store";
import type { Logger } from "@weirflow/telemetry";
import { answerLineage } from "./answer-lineage.ts";
import type { LineageConfig } from "./config.ts";
import { keepLogs } from "./keep-logs.ts";
import { settleByAsking } from "./settle-by-asking.ts";
import { settleFromEvents } from "./settle-from-events.ts";

/** The running service. Disposing it answers what was asked, then closes. */
export interface RunningLineage extends AsyncDisposable {
  /** Whether it can answer now. */
  isReady(): boolean;
}

/** What `main.ts` brings along. */
export interface LineageOptions {
  readonly config: LineageConfig;
  readonly logger: Logger;
  /** Ends a start that is under way. */
  readonly signal: AbortSignal;
}

const UNTIL_THERE = { attempts: Infinity, firstDelayMs: 100, maxDelayMs: 2_000, jitter: 0.2 };

/** Opens the database, brings it up to date, connects, and serves. Waits for servers that are not there yet. */
export async function createLineage(options: LineageOptions): Promise<RunningLineage> {
  const { config, logger, signal } = options;
  await using starting = new AsyncDisposableStack();
  const store = starting.use(
    openLineageStore({
      url: config.WEIR_LINEAGE_DATABASE_URL,
      maxConnections: config.WEIR_LINEAGE_CONNECTIONS,
      onConnectionError: (error) => logger.warn("lineage.connection-lost", { error }),
    }),
  );
  await migrateUntilThere(store, logger, signal);
  const bus = starting.use(
    await connectBus({
      url: config.WEIR_NATS_URL,
      name: "lineage",
      credentials: config.WEIR_NATS_CREDENTIALS,
      logger,
      signal,
    }),
  );
  const deps = { bus, store, logger };
  for (const part of [answerLineage, settleFromEvents, keepLogs]) starting.use(part(deps));
  starting.use(settleByAsking(deps));
  // Resolves once the server knows that this service answers.
  await bus.flush(signal);
  const running = starting.move();
  return {
    isReady: () => bus.isConnected(),
    [Symbol.asyncDispose]: once(async () => await running.disposeAsync()),
  };
}

async function migrateUntilThere(
  store: LineageStore,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  const steps = await retry(UNTIL_THERE, async () => await migrateLineage(store, signal), {
    signal,
    onRetry: (error) => logger.warn("lineage.database-not-there", { error }),
  });
  if (steps.length > 0) logger.info("lineage.migrated", { steps });
}
