import { type Bus, provision } from "@weirflow/bus";
import { bucketSpecs, consumerSpecs, streamSpecs } from "@weirflow/contracts";
import { BackgroundLoop } from "@weirflow/lifecycle";
import { type Hint, knownPools, rehintAll, type Store } from "@weirflow/store";
import type { Logger } from "@weirflow/telemetry";

/** What provisioning needs. */
export interface ProvisionerDeps {
  /** A connection of its own, whose user alone may create streams and consumers. */
  readonly bus: Bus;
  readonly store: Store;
  readonly triggerSubjects: readonly string[];
  readonly logger: Logger;
  /** Takes the hints that a re-created stream has lost. */
  readonly onHints: (hints: readonly Hint[]) => void;
}

/** What nobody misses aloud is found within this time. */
const CHECK_MS = 10_000;

/**
 * Keeps streams, consumers and buckets as they are declared: at start, when woken because something is missing, and
 * every 10 s. When the stream of work was created again, every READY task run is hinted again.
 */
export class Provisioner implements AsyncDisposable {
  readonly #deps: ProvisionerDeps;
  #pools: ReadonlySet<string> = new Set();
  #loop: BackgroundLoop | undefined;

  constructor(deps: ProvisionerDeps) {
    this.#deps = deps;
  }

  /** Whether the workers of a pool have their consumer. */
  hasPool(pool: string): boolean {
    return this.#pools.has(pool);
  }

  /** Goes on by itself from now on. */
  start(): void {
    this.#loop ??= new BackgroundLoop({
      step: async (signal) => {
        await this.provisionOnce(signal);
        return CHECK_MS;
      },
      onError: (error) => this.#deps.logger.warn("scheduler.provisioning-failed", { error }),
      firstDelayMs: CHECK_MS,
      errorDelayMs: 250,
    });
  }

  /** Something is missing: looks now, or right after the look that is under way. */
  wake(): void {
    this.#loop?.wake();
  }

  /** One pass. @returns what had to be created. */
  async provisionOnce(signal: AbortSignal): Promise<readonly string[]> {
    const { bus, store, triggerSubjects, logger, onHints } = this.#deps;
    const pools = await knownPools(store, signal);
    const { created, updated } = await provision(bus, {
      streams: streamSpecs(triggerSubjects),
      consumers: consumerSpecs(pools),
      buckets: bucketSpecs(),
      signal,
    });
    this.#pools = new Set(pools);
    if (created.length + updated.length > 0)
      logger.info("scheduler.provisioned", { created, updated });
    if (created.includes("WORK")) onHints(await rehintAll(store, pools, signal));
    return created;
  }

  /** Ends the pass that is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loop?.[Symbol.asyncDispose]();
  }
}
