import type { Bus } from "@weirflow/bus";
import { subjects } from "@weirflow/contracts";
import { BackgroundLoop, sleep } from "@weirflow/lifecycle";
import { type Changes, fireDueSchedules, type Store, sweep, type Swept } from "@weirflow/store";
import type { Logger } from "@weirflow/telemetry";
import type { ReapPause } from "./reap-pause.ts";
import type { SchedulerMetrics } from "./scheduler-metrics.ts";

/** What sweeping needs. */
export interface SweeperDeps {
  readonly bus: Pick<Bus, "flush" | "subscribe">;
  readonly store: Store;
  readonly logger: Logger;
  readonly pause: ReapPause;
  readonly leaseMs: number;
  readonly metrics: Pick<SchedulerMetrics, "sweeps" | "runsStarted" | "leasesLapsed">;
  readonly onChanges: (changes: Changes) => void;
}

/** Task runs and runs of each kind that one round handles at most. */
const LIMIT = 200;
/** Without anything due, a round comes about this often. */
const IDLE_MS = 2_000;
/** What is due and could not be done (reaping rests, another scheduler holds it) is looked at again after this. */
const OVERDUE_MS = 250;
/** Rounds that are asked for again and again keep this distance. */
const LEAST_REST_MS = 20;

/**
 * The one loop that finds what is due and does it: woken by `weir.wake`, by the next due instant, else about every 2 s.
 *
 * S1. A lease is reaped only when beats could arrive all through the last lease: while NATS answered each round in time,
 *     and no round came later after the one before than a third of the lease, by the database's clock.
 * S2. A round rests at most a sixth of the lease; so with S1, and beats every third of it, an outage that goes unnoticed
 *     is shorter than what is left of any lease.
 */
export class Sweeper implements AsyncDisposable {
  readonly #deps: SweeperDeps;
  readonly #loop: BackgroundLoop;
  readonly #idleMs: number;
  #previous: { readonly at: Date; readonly maxGapMs: number } | undefined;
  #endedAt = -Infinity;
  #isHealthy = false;

  constructor(deps: SweeperDeps) {
    this.#deps = deps;
    this.#idleMs = Math.min(IDLE_MS, deps.leaseMs / 6);
    this.#loop = new BackgroundLoop({
      step: async (signal) => await deps.metrics.sweeps.time(async () => await this.#round(signal)),
      onError: (error) => this.#failed(error),
      errorDelayMs: Math.min(500, this.#idleMs),
    });
  }

  /** Whether the last round succeeded. */
  get isHealthy(): boolean {
    return this.#isHealthy;
  }

  /** Something has become due. */
  wake(): void {
    this.#loop.wake();
  }

  /** Wakes the loop whenever someone says on NATS that something has become due. */
  listen(): AsyncDisposable {
    return this.#deps.bus.subscribe(subjects.wake, () => this.wake());
  }

  /** Ends the round that is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loop[Symbol.asyncDispose]();
  }

  async #round(signal: AbortSignal): Promise<number> {
    const { store, pause, onChanges } = this.#deps;
    await sleep(LEAST_REST_MS - (performance.now() - this.#endedAt), signal);
    if (!(await this.#hears(signal))) pause.extend();
    const previous = this.#previous === undefined ? {} : { previous: this.#previous };
    const options = { limit: LIMIT, reap: pause.mayReap(), ...previous };
    const swept = await sweep(store, options, signal);
    onChanges(swept.changes);
    this.#note(swept);
    const fired = isDue(swept) ? await this.#fire(signal) : 0;
    const restMs = fired > 0 ? 0 : restAfter(swept, this.#idleMs, Math.random());
    this.#previous = { at: swept.now, maxGapMs: restMs + this.#deps.leaseMs / 3 };
    this.#endedAt = performance.now();
    this.#isHealthy = true;
    return restMs;
  }

  /** Whether NATS answers now. While it does not, beats do not arrive either. */
  async #hears(signal: AbortSignal): Promise<boolean> {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(this.#deps.leaseMs / 3)]);
    return await this.#deps.bus.flush(patience).then(
      () => true,
      () => false,
    );
  }

  async #fire(signal: AbortSignal): Promise<number> {
    const { store, logger, metrics } = this.#deps;
    const fired = await fireDueSchedules(store, { limit: LIMIT }, signal);
    if (fired > 0) logger.info("scheduler.schedules-fired", { fired });
    metrics.runsStarted.add(fired, { origin: "schedule" });
    return fired;
  }

  #note({ reaped, isLate }: Swept): void {
    const { pause, logger, metrics } = this.#deps;
    if (isLate) pause.extend();
    if (reaped === 0) return;
    metrics.leasesLapsed.add(reaped);
    logger.warn("scheduler.leases-lapsed", { attempts: reaped });
  }

  #failed(error: unknown): void {
    this.#isHealthy = false;
    // The database was away, and so perhaps were the beats.
    this.#deps.pause.extend();
    this.#deps.logger.warn("scheduler.sweep-failed", { error });
  }
}

function isDue({ nextDueAt, now }: Pick<Swept, "nextDueAt" | "now">): boolean {
  return nextDueAt !== null && nextDueAt <= now;
}

/**
 * How long to rest after a round, by the database's clock alone.
 *
 * @param chance - 0 to 1: spreads the idle rounds of several schedulers by a tenth.
 * @returns milliseconds.
 */
export function restAfter(
  swept: Pick<Swept, "isMore" | "nextDueAt" | "now">,
  idleMs: number,
  chance: number,
): number {
  if (swept.isMore) return 0;
  const idle = idleMs * (1 - chance / 10);
  if (swept.nextDueAt === null) return idle;
  if (isDue(swept)) return Math.min(OVERDUE_MS, idle);
  // A little late rather than a little early.
  return Math.min(swept.nextDueAt.getTime() - swept.now.getTime() + 5, idle);
}
