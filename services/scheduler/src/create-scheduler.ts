import { type Bus, connectBus } from "@weirflow/bus";
import { once, retry } from "@weirflow/lifecycle";
import { type Changes, migrate, NO_CHANGES, openStore, type Store } from "@weirflow/store";
import type { Logger, Metrics } from "@weirflow/telemetry";
import { answerWorkers } from "./answer-workers.ts";
import type { SchedulerConfig } from "./config.ts";
import { DeadLetters } from "./dead-letters.ts";
import { Provisioner } from "./provisioner.ts";
import { ChangePublisher } from "./publish-changes.ts";
import { ReapPause } from "./reap-pause.ts";
import { schedulerMetrics } from "./scheduler-metrics.ts";
import { startTriggers } from "./start-triggers.ts";
import { Sweeper } from "./sweeper.ts";

/** The running service. Disposing it takes no more, answers what was asked, then closes. */
export interface RunningScheduler extends AsyncDisposable {
  /** Whether it can answer now. */
  isReady(): boolean;
}

/** What `main.ts` brings along. */
export interface SchedulerOptions {
  readonly config: SchedulerConfig;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Ends a start that is under way. */
  readonly signal: AbortSignal;
}

const UNTIL_THERE = { attempts: Infinity, firstDelayMs: 100, maxDelayMs: 2_000, jitter: 0.2 };

/** Opens the database, brings it up to date, provisions NATS, and serves. Waits for servers that are not there yet. */
export async function createScheduler(options: SchedulerOptions): Promise<RunningScheduler> {
  const { config, logger, signal } = options;
  await using starting = new AsyncDisposableStack();
  const store = starting.use(
    openStore({ url: config.WEIR_DATABASE_URL, applicationName: "weirflow-scheduler", logger }),
  );
  if (config.WEIR_MIGRATE)
    await untilThere(options, "database", async () => await migrate(store, signal));
  const onBack = new Set<() => void>();
  const [bus, provisionerBus] = await openBuses(starting, options, () => {
    for (const react of onBack) react();
  });
  // Outlives the start; ends what a stop has waited for in vain.
  const stopping = new AbortController();
  const parts = { starting, store, bus, provisionerBus, onBack, stopping: stopping.signal };
  const sweeper = await serve(parts, options);
  await bus.flush(signal);
  const running = starting.move();
  return {
    isReady: () => bus.isConnected() && sweeper.isHealthy,
    [Symbol.asyncDispose]: once(async () => {
      const patience = setTimeout(
        () => stopping.abort("the grace of the stop is over"),
        config.WEIR_DRAIN_TIMEOUT_MS,
      );
      await running.disposeAsync().finally(() => clearTimeout(patience));
    }),
  };
}

async function openBuses(
  starting: AsyncDisposableStack,
  { config, logger, signal }: SchedulerOptions,
  onReconnect: () => void,
): Promise<readonly [Bus, Bus]> {
  const { WEIR_NATS_URL: url, WEIR_NATS_CREDENTIALS: credentials } = config;
  const both = { url, logger, signal, onReconnect };
  const bus = await connectBus({ ...both, name: "scheduler", credentials });
  starting.use(bus);
  const provisionerCredentials = config.WEIR_PROVISIONER_CREDENTIALS ?? credentials;
  const provisionerBus = await connectBus({
    ...both,
    name: "provisioner",
    credentials: provisionerCredentials,
  });
  starting.use(provisionerBus);
  return [bus, provisionerBus];
}

interface Parts {
  readonly starting: AsyncDisposableStack;
  readonly store: Store;
  readonly bus: Bus;
  readonly provisionerBus: Bus;
  /** Called when NATS is back. */
  readonly onBack: Set<() => void>;
  readonly stopping: AbortSignal;
}

/** Starts every part, in the reverse order of stopping. */
async function serve(parts: Parts, options: SchedulerOptions): Promise<Sweeper> {
  const { starting, store, bus, onBack, stopping: signal } = parts;
  const { config, logger } = options;
  const leaseMs = config.WEIR_LEASE_MS;
  const metrics = schedulerMetrics(options.metrics);
  const pause = new ReapPause(leaseMs, () => performance.now());
  const deadLetters = starting.use(
    new DeadLetters({ store, logger, signal, count: metrics.deadLetters }),
  );
  const [publisher, provisioner] = await startTelling(parts, options, metrics.published);
  const onChanges = (changes: Changes): void => {
    publisher.publish(changes);
    // An attempt that ended may free a limit for another task run.
    if (changes.settled.length > 0) sweeper.wake();
  };
  const sweeper = starting.use(
    new Sweeper({ bus, store, logger, pause, leaseMs, metrics, onChanges }),
  );
  onBack.add(() => pause.extend());
  onBack.add(() => provisioner.wake());
  onBack.add(() => sweeper.wake());
  starting.use(sweeper.listen());
  const onMissing = (): void => provisioner.wake();
  const onStarted = (): void => sweeper.wake();
  starting.use(
    startTriggers({ bus, store, logger, deadLetters, metrics, signal, onMissing, onStarted }),
  );
  starting.use(
    answerWorkers({ bus, store, logger, deadLetters, metrics, leaseMs, signal, onChanges }),
  );
  return sweeper;
}

/** Starts what publishes and what provisions; each has use for the other. */
async function startTelling(
  { starting, store, bus, provisionerBus }: Parts,
  options: SchedulerOptions,
  published: ReturnType<typeof schedulerMetrics>["published"],
): Promise<readonly [ChangePublisher, Provisioner]> {
  const { config, logger, metrics } = options;
  const provisioner = new Provisioner({
    bus: provisionerBus,
    store,
    triggerSubjects: config.WEIR_TRIGGER_SUBJECTS,
    logger,
    onHints: (hints) => publisher.publish({ ...NO_CHANGES, hints }),
  });
  const publisher: ChangePublisher = starting.use(
    new ChangePublisher({
      bus,
      logger,
      published,
      hasPool: (pool) => provisioner.hasPool(pool),
      onMissing: () => provisioner.wake(),
    }),
  );
  metrics.gauge("weir_publishing", "Hints and events under way.", () => publisher.pending);
  await untilThere(options, "streams", async () => await provisioner.provisionOnce(options.signal));
  starting.use(provisioner).start();
  return [publisher, provisioner];
}

async function untilThere(
  { logger, signal }: SchedulerOptions,
  what: string,
  work: () => Promise<readonly string[]>,
): Promise<void> {
  const steps = await retry(UNTIL_THERE, work, {
    signal,
    onRetry: (error) => logger.warn("scheduler.waits", { what, error }),
  });
  if (steps.length > 0) logger.info("scheduler.prepared", { what, steps });
}
