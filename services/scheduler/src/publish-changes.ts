import type { Bus } from "@weirflow/bus";
import {
  type CloudEvent,
  EventType,
  type RunChanged,
  subjects,
  type TaskSettled,
} from "@weirflow/contracts";
import { isWeirError } from "@weirflow/errors";
import { sleep } from "@weirflow/lifecycle";
import type { Changes } from "@weirflow/store";
import type { Counter, Logger } from "@weirflow/telemetry";

/** What publishing needs. */
export interface PublisherDeps {
  readonly bus: Pick<Bus, "publish" | "publishDurable">;
  readonly logger: Logger;
  readonly published: Counter;
  /** Whether the workers of a pool have their consumer. */
  readonly hasPool: (pool: string) => boolean;
  /** Called when a stream or a consumer was found missing. */
  readonly onMissing: () => void;
}

/** Messages under way at most. What does not fit is dropped: the sweep hints again, and readers read rows. */
const MAX_PENDING = 5_000;
/** A stop waits this long for what is under way. */
const DRAIN_MS = 2_000;
/** The source of our events. */
const SOURCE = "weirflow/scheduler";

/**
 * Tells the world about changes after their commit. Never waited for: each message is a hint, and an answer to a worker
 * must not depend on a stream.
 */
export class ChangePublisher implements AsyncDisposable {
  readonly #deps: PublisherDeps;
  readonly #pending = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(deps: PublisherDeps) {
    this.#deps = deps;
  }

  /** Messages under way. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Sends hints, events and cancellations; returns at once. */
  publish(changes: Changes): void {
    const { bus, hasPool, onMissing } = this.#deps;
    for (const run of changes.runs) this.#sendEvent(runChanged(run));
    for (const settled of changes.settled) this.#sendEvent(taskSettled(settled));
    for (const { pool, taskRunId } of changes.hints) {
      if (!hasPool(pool)) onMissing();
      // Without a message id: what was claimed and given back at once must be hinted again at once.
      this.#send(subjects.work(pool), { v: 1, taskRunId });
    }
    if (changes.cancelled.length > 0)
      bus.publish(subjects.cancel, { v: 1, taskRunIds: changes.cancelled }, { carrier: {} });
  }

  /** Waits a while for what is under way, then gives it up. */
  async [Symbol.asyncDispose](): Promise<void> {
    const sent = new AbortController();
    const grace = sleep(DRAIN_MS, sent.signal).then(
      () => this.#stopping.abort("the scheduler is stopping"),
      () => undefined,
    );
    await Promise.all(this.#pending);
    sent.abort();
    await grace;
  }

  #sendEvent(event: CloudEvent): void {
    this.#send(subjects.event(event.type), event, event.id);
  }

  #send(subject: string, message: object, messageId?: string): void {
    if (this.#pending.size >= MAX_PENDING) {
      this.#deps.published.add(1, { outcome: "dropped" });
      return;
    }
    const sending = this.#trySend(subject, message, messageId).finally(() =>
      this.#pending.delete(sending),
    );
    this.#pending.add(sending);
  }

  async #trySend(subject: string, message: object, messageId?: string): Promise<void> {
    const { bus, logger, published, onMissing } = this.#deps;
    const { signal } = this.#stopping;
    try {
      // A batch has many traces, so its messages carry none; a grant carries that of its run.
      const options = { signal, carrier: {}, ...(messageId === undefined ? {} : { messageId }) };
      await bus.publishDurable(subject, message, options);
      published.add(1, { outcome: "stored" });
    } catch (error) {
      published.add(1, { outcome: "failed" });
      logger.debug("scheduler.not-published", { subject, error: String(error) });
      if (isWeirError(error) && error.code === "bus/missing-stream") onMissing();
    }
  }
}

function runChanged(run: RunChanged): CloudEvent {
  const { runId, flow, deploymentId, state, version } = run;
  return eventOf(EventType.runChanged, runId, { runId, flow, deploymentId, state, version });
}

function taskSettled(settled: TaskSettled): CloudEvent {
  const { runId, taskRunId, attempt, accepted, state } = settled;
  const data = { runId, taskRunId, attempt, accepted, state };
  return eventOf(EventType.taskSettled, taskRunId, data);
}

function eventOf(
  type: string,
  subject: string,
  data: Readonly<Record<string, string | number | boolean>>,
): CloudEvent {
  return {
    specversion: "1.0",
    id: crypto.randomUUID(),
    source: SOURCE,
    type,
    subject,
    time: new Date().toISOString(),
    datacontenttype: "application/json",
    data,
  };
}
