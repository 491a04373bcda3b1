import type { Bus } from "@weirflow/bus";
import { type CloudEvent, EventType, type Json, subjects } from "@weirflow/contracts";
import { isWeirError } from "@weirflow/errors";
import type { Changes } from "@weirflow/store";
import type { Logger } from "@weirflow/telemetry";

/** What publishing needs. */
export interface PublisherDeps {
  readonly bus: Pick<Bus, "publish" | "publishDurable">;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Called when a stream was found missing. */
  readonly onMissing: () => void;
}

/** Messages under way at most. What does not fit is dropped: the sweep hints again, and readers read rows. */
const MAX_PENDING = 5_000;
/** The source of our events. */
const SOURCE = "weirflow/scheduler";

/**
 * Tells the world about changes after their commit. Never waited for: each message is a hint, and an answer to a worker
 * must not depend on a stream.
 */
export class ChangePublisher {
  readonly #deps: PublisherDeps;
  readonly #pending = new Set<Promise<void>>();

  constructor(deps: PublisherDeps) {
    this.#deps = deps;
  }

  /** Sends hints, events and cancellations; returns at once. */
  publish(changes: Changes): void {
    const { bus } = this.#deps;
    for (const run of changes.runs)
      this.#send(
        subjects.event(EventType.runChanged),
        eventOf(EventType.runChanged, run.runId, run),
      );
    for (const settled of changes.settled)
      this.#send(
        subjects.event(EventType.taskSettled),
        eventOf(EventType.taskSettled, settled.taskRunId, settled),
      );
    for (const hint of changes.hints)
      this.#send(subjects.work(hint.pool), { v: 1, taskRunId: hint.taskRunId });
    if (changes.cancelled.length > 0)
      bus.publish(subjects.cancel, { v: 1, taskRunIds: changes.cancelled });
  }

  /** Resolves when nothing is under way. */
  async drained(): Promise<void> {
    await Promise.all(this.#pending);
  }

  #send(subject: string, message: object): void {
    if (this.#pending.size >= MAX_PENDING) return;
    const sending = this.#trySend(subject, message);
    this.#pending.add(sending);
    void sending.finally(() => this.#pending.delete(sending));
  }

  async #trySend(subject: string, message: object): Promise<void> {
    const { bus, logger, signal, onMissing } = this.#deps;
    try {
      await bus.publishDurable(subject, message, { signal });
    } catch (error) {
      logger.debug("scheduler.not-published", { subject, error: String(error) });
      if (
        isWeirError(error) &&
        (error.code === "bus/missing-stream" || error.code === "bus/timeout")
      )
        onMissing();
    }
  }
}

function eventOf(type: string, subject: string, data: object): CloudEvent {
  return {
    specversion: "1.0",
    id: crypto.randomUUID(),
    source: SOURCE,
    type,
    subject,
    time: new Date().toISOString(),
    datacontenttype: "application/json",
    data: data as Json, // changes are made of strings, numbers and booleans
  };
}
