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

/** A stream that nobody misses aloud is found within this time. */
const CHECK_MS = 10_000;

/**
 * Keeps streams, consumers and buckets as they are declared: at start, when woken because something is missing, and
 * every 10 s. When the stream of work was created again, every READY task run is hinted again.
 */
export function startProvisioner(deps: ProvisionerDeps): BackgroundLoop {
  return new BackgroundLoop({
    step: async (signal) => {
      await provisionOnce(deps, signal);
      return CHECK_MS;
    },
    onError: (error) => deps.logger.warn("scheduler.provisioning-failed", { error }),
    errorDelayMs: 250,
  });
}

/** One pass. @returns what had to be created. */
export async function provisionOnce(
  deps: ProvisionerDeps,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { bus, store, triggerSubjects, logger, onHints } = deps;
  const pools = await knownPools(store, signal);
  const { created } = await provision(bus, {
    streams: streamSpecs(triggerSubjects),
    consumers: consumerSpecs(pools),
    buckets: bucketSpecs(),
    signal,
  });
  if (created.length > 0) logger.info("scheduler.provisioned", { created });
  if (created.some((name) => name.startsWith("WORK")))
    onHints(await rehintAll(store, pools, signal));
  return created;
}
