import { connectBus, type Bus } from "@weirflow/bus";
import { once, retry } from "@weirflow/lifecycle";
import { type Changes, migrate, NO_CHANGES, openStore, type Store } from "@weirflow/store";
import type { Logger } from "@weirflow/telemetry";
import { answerWorkers } from "./answer-workers.ts";
import type { SchedulerConfig } from "./config.ts";
import { type ProvisionerDeps, provisionOnce, startProvisioner } from "./provisioner.ts";
import { ChangePublisher } from "./publish-changes.ts";
import { ReapPause } from "./reap-pause.ts";
import { startTriggers } from "./start-triggers.ts";
import { startSweeper, wakeOnMessage } from "./sweeper.ts";

/** The running service. Disposing it answers what was asked, then closes. */
export interface RunningScheduler extends AsyncDisposable {
  /** Whether it can answer now. */
  isReady(): boolean;
}

/** What `main.ts` brings along. */
export interface SchedulerOptions {
  readonly config: SchedulerConfig;
  readonly logger: Logger;
  /** Ends a start that is under way. */
  readonly signal: AbortSignal;
}

const UNTIL_THERE = { attempts: Infinity, firstDelayMs: 100, maxDelayMs: 2_000, jitter: 0.2 };

/** Opens the database, brings it up to date, provisions NATS, and serves. Waits for servers that are not there yet. */
export async function createScheduler({
  config,
  logger,
  signal,
}: SchedulerOptions): Promise<RunningScheduler> {
  await using starting = new AsyncDisposableStack();
  const store = starting.use(
    openStore({ url: config.WEIR_DATABASE_URL, applicationName: "weirflow-scheduler", logger }),
  );
  await untilThere("database", logger, signal, async () => await migrate(store, signal));
  const pause = new ReapPause(config.WEIR_LEASE_MS, () => performance.now());
  const wakers: (() => void)[] = [];
  const onReconnect = (): void => {
    pause.extend();
    for (const wake of wakers) wake();
  };
  const credentials = config.WEIR_NATS_CREDENTIALS;
  const url = config.WEIR_NATS_URL;
  const bus = starting.use(
    await connectBus({ url, name: "scheduler", credentials, logger, signal, onReconnect }),
  );
  const provisionerBus = starting.use(
    await connectBus({
      url,
      name: "provisioner",
      credentials: config.WEIR_PROVISIONER_CREDENTIALS ?? credentials,
      logger,
      signal,
      onReconnect,
    }),
  );
  wakers.push(
    ...(await serve({ starting, store, bus, provisionerBus, pause, config, logger, signal })),
  );
  const running = starting.move();
  return {
    isReady: () => bus.isConnected(),
    [Symbol.asyncDispose]: once(async () => await running.disposeAsync()),
  };
}

interface Parts extends SchedulerOptions {
  readonly starting: AsyncDisposableStack;
  readonly store: Store;
  readonly bus: Bus;
  readonly provisionerBus: Bus;
  readonly pause: ReapPause;
}

/** Starts every part. @returns what wakes them after the servers were away. */
async function serve(parts: Parts): Promise<readonly (() => void)[]> {
  const { starting, store, bus, pause, config, logger } = parts;
  // Outlives the start, and ends the waiting of every part when the service stops.
  const stopping = new AbortController();
  const { signal } = stopping;
  const onMissing = (): void => provisioner.wake();
  const publisher = new ChangePublisher({ bus, logger, signal, onMissing });
  starting.defer(async () => await publisher.drained());
  const onChanges = (changes: Changes): void => {
    publisher.publish(changes);
    // A freed limit or a run that was just closed may make something else due.
    if (changes.settled.length > 0) sweeper.wake();
  };
  const provisioning: ProvisionerDeps = {
    bus: parts.provisionerBus,
    store,
    triggerSubjects: config.WEIR_TRIGGER_SUBJECTS,
    logger,
    onHints: (hints) => publisher.publish({ ...NO_CHANGES, hints }),
  };
  await untilThere(
    "streams",
    logger,
    parts.signal,
    async () => await provisionOnce(provisioning, parts.signal),
  );
  const provisioner = starting.use(startProvisioner(provisioning));
  const sweeper = starting.use(startSweeper({ bus, store, logger, pause, onChanges }));
  starting.use(wakeOnMessage(bus, sweeper));
  starting.use(
    startTriggers({ bus, store, logger, signal, onMissing, onStarted: () => sweeper.wake() }),
  );
  const onRefused = (count: number): void => logger.warn("scheduler.reports-refused", { count });
  starting.use(
    answerWorkers({ bus, store, leaseMs: config.WEIR_LEASE_MS, signal, onChanges, onRefused }),
  );
  starting.defer(() => stopping.abort("the scheduler is stopping"));
  return [() => provisioner.wake(), () => sweeper.wake()];
}

async function untilThere(
  what: string,
  logger: Logger,
  signal: AbortSignal,
  work: () => Promise<readonly string[]>,
): Promise<void> {
  const steps = await retry(UNTIL_THERE, work, {
    signal,
    onRetry: (error) => logger.warn("scheduler.waits", { what, error }),
  });
  if (steps.length > 0) logger.info("scheduler.prepared", { what, steps });
}
