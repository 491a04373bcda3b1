import { type ErrorRecord, isWeirError, toErrorRecord } from "@weirflow/errors";
import {
  MemoryLimitError,
  TaskCancelledError,
  type TaskCrashedError,
  TaskTimedOutError,
} from "../errors.ts";
import { type MemoryWatch, watchMemory } from "../slot/memory-watch.ts";
import { ownBuffers } from "../slot/own-buffers.ts";
import {
  type CheckpointRequest,
  type Job,
  type JobInput,
  jobKey,
  type JobResult,
} from "../slot/slot-messages.ts";
import type { SlotPool } from "../slot/slot-pool.ts";
import type { SlotListener, TaskSlot } from "../slot/task-slot.ts";
import type { CheckpointKeeper } from "./checkpoint-keeper.ts";
import type { StopRequest } from "./stop-request.ts";

/** How an attempt's graph ended, seen from outside its slot. */
export interface JobEnd {
  readonly outcome: "succeeded" | "failed" | "cancelled" | "timed_out" | "crashed" | "released";
  /** What the slot said; absent when it was ended or died. */
  readonly result?: JobResult;
  readonly error?: ErrorRecord;
  readonly retryable: boolean;
}

/** What a job is run with. */
export interface RunInSlotOptions {
  readonly slots: Pick<SlotPool, "borrow" | "giveBack">;
  readonly stop: StopRequest;
  /** How long a graph that was asked to stop may take, milliseconds. */
  readonly graceMs: number;
  /** The limit of the attempt, for the error's text. */
  readonly timeoutMs?: number | undefined;
  /** What the task may hold in its slot. @default without limit */
  readonly memoryLimitBytes?: number | undefined;
  readonly listener: SlotListener;
  readonly checkpoints: Pick<CheckpointKeeper, "hear">;
}

/** A slot that still holds more than this share of the ceiling behind a task does not get another. */
const LEFTOVER_RATIO = 0.5;
/** Something still holds a slot that does not say in this time how much it holds. */
const LEFTOVER_PATIENCE_MS = 1_000;

/**
 * Runs a job in a slot. Asked to stop, it tells the graph; a graph that goes on after `graceMs` loses its slot, and so does
 * one that holds more memory than it may.
 *
 * Never rejects: a slot that dies is an end like any other. A result that came in spite of a request to stop counts.
 */
export async function runInSlot(job: Job, options: RunInSlotOptions): Promise<JobEnd> {
  const { slots, stop } = options;
  let slot: TaskSlot;
  try {
    slot = await slots.borrow(stop.signal);
  } catch (error) {
    return stop.asked === undefined ? crashed(error) : stopped(options, false);
  }
  const end = await runIn(slot, job, options);
  if (end.result === undefined || end.result.isTainted || (await isHeavy(slot, options)))
    slot.kill();
  else slots.giveBack(slot);
  return end;
}

/** What a task leaves behind would count against the next one. */
async function isHeavy(
  slot: TaskSlot,
  { memoryLimitBytes = Infinity }: RunInSlotOptions,
): Promise<boolean> {
  if (memoryLimitBytes === Infinity) return false;
  const late = Promise.withResolvers<number>();
  const patience = setTimeout(() => late.resolve(Infinity), LEFTOVER_PATIENCE_MS);
  const used = await Promise.race([slot.usedBytes(), late.promise]);
  clearTimeout(patience);
  return used !== undefined && used > memoryLimitBytes * LEFTOVER_RATIO;
}

async function runIn(slot: TaskSlot, job: Job, options: RunInSlotOptions): Promise<JobEnd> {
  // A race against a promise of the slot's would keep the result for as long as the slot lives.
  const finished = Promise.withResolvers<JobResult | TaskCrashedError>();
  const key = jobKey(job);
  slot.listen({
    onOutput: (stream, line) => options.listener.onOutput(stream, line),
    onEnd: finished.resolve,
    onMessage: (message) => {
      if (message.kind === "ended") finished.resolve(message.result);
      else if (message.kind === "checkpoint") {
        // of code that an earlier job left running: nobody may take it for this one's
        if (message.job === key) void answer(slot, message, options.checkpoints);
      } else options.listener.onMessage(message);
    },
  });
  using _obeying = obey(slot, options);
  using memory = watchMemory(slot, { limitBytes: options.memoryLimitBytes });
  slot.send({ kind: "run", job }, ownBuffers(Object.values(job.inputs).flatMap(bytesOf)));
  const end = await finished.promise;
  if (end instanceof Error) return lost(end, job, { ...options, memory });
  return { ...judged(end, options), result: end };
}

/** The end of a job whose slot ended before it did. */
function lost(
  crash: TaskCrashedError,
  { task }: Job,
  options: RunInSlotOptions & { readonly memory: MemoryWatch },
): JobEnd {
  const { memory, stop, memoryLimitBytes: limitBytes } = options;
  if (memory.hasEnded || crash.kind === "memory") {
    const { usedBytes, hasEnded } = memory;
    const overuse = { task, limitBytes, usedBytes, isHeapFull: !hasEnded };
    const error = toErrorRecord(new MemoryLimitError(overuse, hasEnded ? undefined : crash));
    return { outcome: "failed", error, retryable: false };
  }
  return stop.signal.aborted ? stopped(options, true) : crashed(crash);
}

/** The slot may have ended, or be another job's, by the time of the answer: nobody waits for it then. */
async function answer(
  slot: TaskSlot,
  request: CheckpointRequest,
  checkpoints: Pick<CheckpointKeeper, "hear">,
): Promise<void> {
  const answer = await checkpoints.hear(request);
  const { bytes } = answer;
  if (slot.isAlive) slot.send(answer, bytes === undefined ? [] : ownBuffers([bytes]));
}

/** Passes a request to stop on to the slot, and ends the slot when it does not obey. */
function obey(slot: TaskSlot, { stop, graceMs }: RunInSlotOptions): Disposable {
  let patience: NodeJS.Timeout | undefined;
  const onStop = (): void => {
    slot.send({ kind: "cancel", reason: String(stop.signal.reason) });
    patience = setTimeout(() => slot.kill(), graceMs);
  };
  if (stop.signal.aborted) onStop();
  else stop.signal.addEventListener("abort", onStop, { once: true });
  return {
    [Symbol.dispose]: () => {
      clearTimeout(patience);
      stop.signal.removeEventListener("abort", onStop);
    },
  };
}

function judged(result: JobResult, options: RunInSlotOptions): JobEnd {
  if (result.outcome === "succeeded") return { outcome: "succeeded", retryable: false };
  if (options.stop.signal.aborted) return stopped(options, false);
  const { error, retryable } = result;
  const outcome = result.outcome === "crashed" ? "crashed" : "failed";
  return { outcome, retryable, ...(error === undefined ? {} : { error }) };
}

function stopped({ stop, timeoutMs = 0 }: RunInSlotOptions, wasKilled: boolean): JobEnd {
  const { outcome, reason } = stop.asked ?? { outcome: "cancelled", reason: "it is over" };
  const error =
    outcome === "timed_out"
      ? new TaskTimedOutError(timeoutMs)
      : new TaskCancelledError(reason, wasKilled);
  return { outcome, error: toErrorRecord(error), retryable: outcome === "timed_out" };
}

function crashed(error: unknown): JobEnd {
  const retryable = !isWeirError(error) || error.disposition === "retry";
  return { outcome: "crashed", error: toErrorRecord(error), retryable };
}

function bytesOf(input: JobInput): readonly Uint8Array[] {
  if (input.kind === "record") return Object.values(input.of).flatMap(bytesOf);
  return input.kind === "value" ? [input.bytes] : [];
}
