import type { Bus } from "@weirflow/bus";
import {
  cloudEventSchema,
  decodeMessage,
  EventType,
  type Progress,
  progressSchema,
  runChangedSchema,
  subjects,
} from "@weirflow/contracts";
import { sleep } from "@weirflow/lifecycle";
import type { Logger } from "@weirflow/telemetry";

/** What a watcher missed since it last looked. Progress is the newest of each running attempt. */
export interface Noticed {
  readonly progress: readonly Progress[];
  /** Whether something may have changed; false when the time was over. */
  readonly isHint: boolean;
}

/** Someone who watches a run. */
export interface RunWatcher extends Disposable {
  /** Resolves when something may have changed, or when `timeoutMs` is over. */
  next(timeoutMs: number, signal: AbortSignal): Promise<Noticed>;
}

/** What one watcher has not seen yet: bounded by the tasks of its run. */
interface Inbox {
  readonly progress: Map<string, Progress>;
  isHint: boolean;
  wake: AbortController;
}

/**
 * Passes hints of the bus on to those who watch runs. One subscription whatever the number of watchers.
 *
 * I1. A hint that comes while a watcher is busy is not lost: its next look returns at once.
 * I2. What waits for a slow watcher is the newest progress of each task, and one flag.
 */
export class RunHub implements AsyncDisposable {
  readonly #subscriptions: readonly AsyncDisposable[];
  readonly #inboxes = new Map<string, Set<Inbox>>();
  readonly #logger: Logger;

  constructor({ bus, logger }: { readonly bus: Pick<Bus, "subscribe">; readonly logger: Logger }) {
    this.#logger = logger;
    this.#subscriptions = [
      bus.subscribe(subjects.event(EventType.runChanged), (data, { subject }) =>
        this.#orDrop(() => this.#onChange(data, subject)),
      ),
      bus.subscribe(subjects.progressAll, (data, { subject }) =>
        this.#orDrop(() => this.#onProgress(data, subject)),
      ),
    ];
  }

  /** Runs that are watched now. */
  get size(): number {
    return this.#inboxes.size;
  }

  /** Begins to watch a run; dispose it at the end. */
  watch(runId: string): RunWatcher {
    const inbox: Inbox = { progress: new Map(), isHint: false, wake: new AbortController() };
    const inboxes = this.#inboxes.get(runId) ?? new Set();
    this.#inboxes.set(runId, inboxes.add(inbox));
    return {
      next: async (timeoutMs, signal) => await takeFrom(inbox, timeoutMs, signal),
      [Symbol.dispose]: () => {
        inboxes.delete(inbox);
        if (inboxes.size === 0) this.#inboxes.delete(runId);
      },
    };
  }

  /** Lets everyone who watches a run look again. */
  wake(runId: string): void {
    for (const inbox of this.#inboxes.get(runId) ?? []) notice(inbox);
  }

  /** Lets everyone look again: messages may have been lost. */
  wakeAll(): void {
    for (const runId of this.#inboxes.keys()) this.wake(runId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const subscription of this.#subscriptions) await subscription[Symbol.asyncDispose]();
  }

  #onChange(data: Uint8Array, subject: string): void {
    if (this.#inboxes.size === 0) return;
    const event = decodeMessage(cloudEventSchema, data, subject);
    const change = runChangedSchema.safeParse(event.data);
    if (change.success) this.wake(change.data.runId);
  }

  #onProgress(data: Uint8Array, subject: string): void {
    if (!this.#inboxes.has(subject.slice(subjects.progress("").length))) return;
    const progress = decodeMessage(progressSchema, data, subject);
    for (const inbox of this.#inboxes.get(progress.runId) ?? []) {
      inbox.progress.set(progress.taskRunId, progress);
      notice(inbox);
    }
  }

  /** Hints may be lost, so one that cannot be read is no more than that. */
  #orDrop(handle: () => void): void {
    try {
      handle();
    } catch (error) {
      this.#logger.debug("gateway.hint-dropped", { error });
    }
  }
}

function notice(inbox: Inbox): void {
  inbox.isHint = true;
  inbox.wake.abort();
}

async function takeFrom(inbox: Inbox, timeoutMs: number, signal: AbortSignal): Promise<Noticed> {
  if (!inbox.isHint) {
    inbox.wake = new AbortController();
    const woken = AbortSignal.any([inbox.wake.signal, signal]);
    await sleep(timeoutMs, woken).catch(() => undefined);
  }
  signal.throwIfAborted();
  const noticed = { progress: [...inbox.progress.values()], isHint: inbox.isHint };
  inbox.isHint = false;
  inbox.progress.clear();
  return noticed;
}
