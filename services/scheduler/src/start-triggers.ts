import type { Bus, BusMessage } from "@weirflow/bus";
import { EventType, subjects } from "@weirflow/contracts";
import { isWeirError } from "@weirflow/errors";
import { MicroBatch } from "@weirflow/lifecycle";
import {
  acceptFromEvent,
  type DeployedTrigger,
  listTriggers,
  type Store,
  inHalves,
} from "@weirflow/store";
import type { Logger } from "@weirflow/telemetry";
import type { DeadLetters } from "./dead-letters.ts";
import { matchTriggers } from "./match-triggers.ts";
import { readEvent, type ReadEvent } from "./read-event.ts";
import type { SchedulerMetrics } from "./scheduler-metrics.ts";

/** What triggers need. */
export interface TriggerDeps {
  readonly bus: Pick<Bus, "consume">;
  readonly store: Store;
  readonly logger: Logger;
  readonly deadLetters: DeadLetters;
  readonly metrics: Pick<SchedulerMetrics, "runsStarted">;
  readonly signal: AbortSignal;
  readonly onMissing: () => void;
  /** Runs were started; the sweep should hint them. */
  readonly onStarted: () => void;
}

/** Our own events, which start nothing. */
const OWN = new Set<string>([
  subjects.event(EventType.runChanged),
  subjects.event(EventType.taskSettled),
]);
/** A message that the database could not take comes again after this. */
const AGAIN_MS = 1_000;

type Triggers = MicroBatch<undefined, readonly DeployedTrigger[]>;

/**
 * Starts runs by messages.
 *
 * T1. A message is acknowledged after the commit that it caused; its key keeps a second delivery from starting a second run.
 * T2. A message sees every trigger that was deployed before it arrived.
 * T3. What can never start a run goes to the dead letter with its reason; the other triggers of the message fire.
 */
export function startTriggers(deps: TriggerDeps): AsyncDisposable {
  const { bus, store, signal, onMissing } = deps;
  // A read that begins after a message arrived is as good for every other that waits for it.
  const triggers: Triggers = new MicroBatch({
    limit: 1_000,
    handle: async (askers) => {
      const all = await listTriggers(store, signal);
      return askers.map(() => all);
    },
  });
  const stack = new AsyncDisposableStack();
  for (const stream of ["EVENTS", "INGEST"]) {
    const options = { stream, consumer: "triggers", maxMessages: 32, onMissing };
    stack.use(bus.consume(options, async (message) => await handle(deps, triggers, message)));
  }
  return stack;
}

async function handle(deps: TriggerDeps, triggers: Triggers, message: BusMessage): Promise<void> {
  if (OWN.has(message.subject)) {
    message.ack();
    return;
  }
  try {
    await settle(deps, triggers, message);
  } catch (error) {
    const { logger } = deps;
    logger.warn("scheduler.trigger-failed", { subject: message.subject, error });
    message.nak(AGAIN_MS);
  }
}

async function settle(deps: TriggerDeps, triggers: Triggers, message: BusMessage): Promise<void> {
  const read = readEvent(message);
  const problems =
    read.kind === "unreadable"
      ? [read.reason]
      : await startRuns(deps, await triggers.add(undefined), { read, message });
  for (const problem of problems) await deps.deadLetters.keep(message, problem);
  message.ack();
}

/** @returns why some triggers cannot fire. */
async function startRuns(
  { store, metrics, signal, onStarted }: TriggerDeps,
  triggers: readonly DeployedTrigger[],
  { read, message }: { readonly read: ReadEvent; readonly message: BusMessage },
): Promise<readonly string[]> {
  const { matches, problems } = matchTriggers(triggers, read, message.subject);
  const { key, event } = read;
  const { traceparent } = message.carrier;
  const refused: string[] = [];
  // All in one transaction; should one of them be impossible, without that one.
  const created = await inHalves(matches, {
    handle: async (part) =>
      await acceptFromEvent(store, { matches: part, key, event, traceparent }, signal),
    onCulprit: (error, { slug }) => {
      refused.push(`trigger "${slug}": ${isWeirError(error) ? error.message : String(error)}`);
      return undefined;
    },
  });
  const started = created.filter((runId) => runId !== undefined).length;
  metrics.runsStarted.add(started, { origin: "event" });
  if (started > 0) onStarted();
  return [...problems, ...refused];
}
