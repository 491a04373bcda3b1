import { openTensorBackend } from "@weirflow/compute";
import { assertNever, toErrorRecord } from "@weirflow/errors";
import { StrayError } from "../errors.ts";
import { ownBuffers } from "../slot/own-buffers.ts";
import type { FromSlot, Job, JobResult, TensorPreference, ToSlot } from "../slot/slot-messages.ts";
import { backendFacts } from "./backend-facts.ts";
import { executeJob } from "./execute-job.ts";
import { SlotCheckpoints } from "./slot-checkpoints.ts";
import { FlowCache } from "./flow-cache.ts";

/** Sends a message to the worker's main thread; buffers in `transfer` may be moved. */
export type Send = (message: FromSlot, transfer?: readonly ArrayBuffer[]) => void;

/** How long a graph may take to end after a stray error. */
const STRAY_GRACE_MS = 1_000;

/**
 * Runs jobs in a slot, one at a time.
 *
 * A stray error (one that no node threw) ends the job that runs, and taints the slot: nobody knows what it left behind.
 */
export class JobRunner {
  readonly #send: Send;
  readonly #flows = new FlowCache();
  #abort: AbortController | undefined;
  #checkpoints: SlotCheckpoints | undefined;
  #stray: StrayError | undefined;
  #isGivenUp = false;
  /** Ends the job that runs without its graph. */
  #giveUp: (() => void) | undefined;

  constructor(send: Send) {
    this.#send = send;
  }

  /** Takes a message of the main thread. */
  hear(message: ToSlot): void {
    switch (message.kind) {
      case "load":
        return void this.#load(message.paths);
      case "probe":
        return void this.#probe(message.tensor);
      case "run":
        return void this.#run(message.job);
      case "checkpoint":
        return this.#checkpoints?.hear(message);
      case "cancel":
        return this.#abort?.abort(message.reason);
      default:
        return assertNever(message);
    }
  }

  /** Takes an error that nobody caught. */
  stray(origin: "promise" | "callback", cause: unknown): void {
    this.#stray ??= new StrayError(origin, cause);
    this.#abort?.abort(this.#stray);
    // A node that waits for what the stray error ended would wait for ever.
    setTimeout(() => {
      this.#isGivenUp = true;
      this.#giveUp?.();
    }, STRAY_GRACE_MS).unref();
  }

  /** Passes on a line that user code printed. */
  print(level: "info" | "warn", message: string): void {
    this.#send({ kind: "line", line: { level, at: new Date().toISOString(), message } });
  }

  async #load(paths: readonly string[]): Promise<void> {
    this.#send({ kind: "loaded", ...(await this.#flows.load(paths)) });
  }

  async #probe(tensor: TensorPreference): Promise<void> {
    try {
      await using _backend = await openTensorBackend(tensor);
      this.#send({ kind: "probed", ...backendFacts() });
    } catch (error) {
      this.#send({ kind: "probed", error: toErrorRecord(error) });
    }
  }

  async #run(job: Job): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    const checkpoints = new SlotCheckpoints(job, this.#send);
    this.#checkpoints = checkpoints;
    const { signal } = abort;
    const work = executeJob(job, { flows: this.#flows, send: this.#send, signal, checkpoints });
    const result = await Promise.race([work, this.#givenUp()]);
    this.#abort = undefined;
    const judged = this.#stray === undefined ? result : spoiled(result, this.#stray);
    this.#send({ kind: "ended", result: judged }, ownBuffers(bytesOf(judged)));
  }

  /** A promise of this job alone: one that outlives it would keep its result alive. */
  #givenUp(): Promise<JobResult> {
    const { promise, resolve } = Promise.withResolvers<JobResult>();
    this.#giveUp = () => resolve(nothing);
    if (this.#isGivenUp) this.#giveUp();
    return promise;
  }
}

function bytesOf({ outputs, artifacts }: JobResult): readonly Uint8Array[] {
  return [...outputs.map(({ value }) => value.bytes), ...artifacts.map(({ bytes }) => bytes)];
}

const nothing: JobResult = {
  outcome: "failed",
  outputs: [],
  artifacts: [],
  retryable: true,
  isTainted: true,
};

/** A stray error fails the job, whatever the graph made of it; artifacts are kept. */
function spoiled(result: JobResult, stray: StrayError): JobResult {
  const error = toErrorRecord(stray);
  const failed = { outcome: "failed", outputs: [], error, retryable: true } as const;
  return { ...result, ...failed, isTainted: true };
}
