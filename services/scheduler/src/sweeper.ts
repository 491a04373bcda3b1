import type { Bus } from "@weirflow/bus";
import { subjects } from "@weirflow/contracts";
import { BackgroundLoop } from "@weirflow/lifecycle";
import { type Changes, fireDueSchedules, type Store, sweep } from "@weirflow/store";
import type { Logger } from "@weirflow/telemetry";
import { LONGEST_PAUSE_MS, type ReapPause } from "./reap-pause.ts";

/** What sweeping needs. */
export interface SweeperDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly logger: Logger;
  readonly pause: ReapPause;
  readonly onChanges: (changes: Changes) => void;
}

/** Without anything due, a round comes about this often. */
const IDLE_MS = 2_000;
const LIMIT = 200;

/** The one loop that finds what is due and does it: woken by a message, by the next due instant, else every 2 s. */
export function startSweeper(deps: SweeperDeps): BackgroundLoop {
  return new BackgroundLoop({
    step: async (signal) => await round(deps, signal),
    onError: (error) => {
      // The database was away, and so perhaps were the beats.
      deps.pause.extend();
      deps.logger.warn("scheduler.sweep-failed", { error });
    },
    errorDelayMs: 500,
  });
}

/** Wakes the loop whenever someone says that something has become due. */
export function wakeOnMessage(bus: Bus, loop: BackgroundLoop): AsyncDisposable {
  return bus.subscribe(subjects.wake, () => loop.wake());
}

async function round(
  { store, pause, onChanges, logger }: SweeperDeps,
  signal: AbortSignal,
): Promise<number> {
  const fired = await fireDueSchedules(store, { limit: LIMIT }, signal);
  if (fired > 0) logger.info("scheduler.schedules-fired", { fired });
  const swept = await sweep(store, { limit: LIMIT, reap: pause.mayReap() }, signal);
  onChanges(swept.changes);
  if (swept.reaped > 0) logger.warn("scheduler.leases-lapsed", { attempts: swept.reaped });
  if (swept.isMore) return 0;
  const idleMs = IDLE_MS + (Math.random() - 0.5) * 500;
  const dueMs = swept.nextDueAt === null ? Infinity : swept.nextDueAt.getTime() - Date.now();
  return Math.min(Math.max(dueMs + 5, 25), idleMs, LONGEST_PAUSE_MS);
}
