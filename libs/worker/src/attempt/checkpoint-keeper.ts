import { toErrorRecord } from "@weirflow/errors";
import { retry } from "@weirflow/lifecycle";
import type { Logger } from "@weirflow/telemetry";
import { type CheckpointStore, ValueCorruptError } from "@weirflow/values";
import type { CheckpointAnswer, CheckpointRequest } from "../slot/slot-messages.ts";

/** Whose checkpoints are kept, and where. */
export interface CheckpointKeeperOptions {
  readonly store: CheckpointStore;
  readonly taskRunId: string;
  readonly logger: Logger;
  /** Aborted when nobody wants the attempt any more: it then changes nothing of what others may go on from. */
  readonly signal: AbortSignal;
}

const TRYING = { attempts: 5, firstDelayMs: 100, maxDelayMs: 2_000 };

/**
 * Keeps the checkpoints of one attempt's nodes, under names that other attempts of the task run share.
 *
 * 1. Requests are served one after the other, so what was saved last is what stays.
 * 2. An attempt that is stale saves nothing.
 */
export class CheckpointKeeper {
  readonly #options: CheckpointKeeperOptions;
  readonly #names = new Set<string>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: CheckpointKeeperOptions) {
    this.#options = options;
  }

  /** Serves a request of the slot. Never rejects: what went wrong is an answer. */
  async hear(request: CheckpointRequest): Promise<CheckpointAnswer> {
    const answer = this.#last.then(async () => await this.#serve(request));
    this.#last = answer;
    return await answer;
  }

  /** Forgets what the nodes of this attempt asked for: the task is done. Never rejects: what stays is only waste. */
  async forget(): Promise<void> {
    const { store, signal, logger } = this.#options;
    await this.#last;
    try {
      for (const name of this.#names) await store.remove(name, signal);
    } catch (error) {
      logger.warn("worker.checkpoint-not-removed", { error });
    }
  }

  async #serve(request: CheckpointRequest): Promise<CheckpointAnswer> {
    const { taskRunId, signal } = this.#options;
    const { job, id, node } = request;
    const name = `${taskRunId}/${node}`;
    this.#names.add(name);
    try {
      const bytes = await retry(TRYING, async () => await this.#do(name, request), { signal });
      return { kind: "checkpoint", job, id, ...(bytes === undefined ? {} : { bytes }) };
    } catch (error) {
      return { kind: "checkpoint", job, id, error: toErrorRecord(error) };
    }
  }

  async #do(name: string, { action, bytes }: CheckpointRequest): Promise<Uint8Array | undefined> {
    const { store, signal } = this.#options;
    if (action === "load") return await this.#load(name);
    if (bytes !== undefined) await store.save(name, bytes, signal);
    return undefined;
  }

  /** A damaged checkpoint is none: the work begins anew. */
  async #load(name: string): Promise<Uint8Array | undefined> {
    const { store, signal, logger } = this.#options;
    try {
      return await store.load(name, signal);
    } catch (error) {
      if (!(error instanceof ValueCorruptError)) throw error;
      logger.warn("worker.checkpoint-damaged", { error });
      return undefined;
    }
  }
}
