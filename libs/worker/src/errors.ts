import { type ErrorRecord, WeirError } from "@weirflow/errors";

/** No folder holds a flow that can be loaded, so there is nothing to run. */
export class NoFlowsError extends WeirError {
  override readonly code = "worker/no-flows";
  readonly problems: readonly string[];

  constructor(paths: readonly string[], problems: readonly string[]) {
    const why = problems.length === 0 ? "" : `: ${problems.join("; ")}`;
    super(`no flow can be loaded from ${paths.map((path) => `"${path}"`).join(", ")}${why}`, {
      hint: "name a folder with a `flow.ts` or `*.flow.ts` in WEIR_FLOWS or by --flows; `weir check` says what is wrong",
    });
    this.problems = problems;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { problems: this.problems };
  }
}

/** What has to compute the tensors of this worker's tasks cannot be had on its machine. */
export class RequiredBackendError extends WeirError {
  override readonly code = "worker/required-backend";
  readonly reason: ErrorRecord;

  constructor(reason: ErrorRecord) {
    super(`tasks of this worker cannot compute as they must: ${reason.message}`, {
      hint: `${reason.hint ?? "see what is missing"}; WEIR_TENSOR_REQUIRE says what is required`,
    });
    this.reason = reason;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { reason: this.reason };
  }
}

/** The thread or process that was to run tasks did not come up. */
export class SlotStartError extends WeirError {
  override readonly code = "worker/slot-start";
  override readonly disposition = "retry";

  constructor(detail: string, cause?: unknown) {
    super(`the thread or process for tasks did not start: ${detail}`, {
      hint: "check the memory of the machine and WEIR_TASK_MEMORY_BYTES",
      cause,
    });
  }
}

/** How a thread or process ended before its task did. */
export type CrashKind = "exit" | "memory" | "signal" | "error";

const crashHints: Readonly<Record<CrashKind, string>> = {
  exit: "throw an error instead of calling `process.exit` in a node",
  memory: "raise WEIR_TASK_MEMORY_BYTES, or work on smaller pieces",
  signal: "a native library may have failed, or the machine ran out of memory",
  error: "look at the cause",
};

/** The thread or process that ran the task ended before the task did. */
export class TaskCrashedError extends WeirError {
  override readonly code = "worker/task-crashed";
  override readonly disposition = "retry";
  readonly kind: CrashKind;

  constructor(kind: CrashKind, detail: string, cause?: unknown) {
    super(`the task ended its thread or process: ${detail}`, { hint: crashHints[kind], cause });
    this.kind = kind;
  }
}

/** How much memory a task used, and how much it may. */
export interface MemoryOveruse {
  readonly task: string;
  /** The ceiling; `undefined` where none is set. */
  readonly limitBytes: number | undefined;
  /** As last seen before the end; `undefined` for a task that was too quick to be seen. */
  readonly usedBytes: number | undefined;
  /** Whether JavaScript's own heap was full, which may be smaller than the ceiling. */
  readonly isHeapFull: boolean;
}

/**
 * The task used more memory than it may. Its thread or process was ended; the worker goes on.
 *
 * No other attempt is made: with the same inputs and the same ceiling it would end the same way.
 */
export class MemoryLimitError extends WeirError {
  override readonly code = "worker/memory-limit";
  readonly overuse: MemoryOveruse;

  constructor(overuse: MemoryOveruse, cause?: unknown) {
    super(overuseSentence(overuse), {
      hint: "raise WEIR_TASK_MEMORY_BYTES of the worker (which sets the heap too) and `memoryBytes` of the task, or work on smaller pieces",
      cause,
    });
    this.overuse = overuse;
  }

  override data(): Readonly<Record<string, unknown>> {
    const { task, limitBytes, usedBytes } = this.overuse;
    return { task, limitBytes, usedBytes };
  }
}

function overuseSentence({ task, limitBytes, usedBytes, isHeapFull }: MemoryOveruse): string {
  const ceiling = limitBytes === undefined ? "" : `its ceiling of ${mebibytes(limitBytes)}`;
  const used = usedBytes === undefined ? "" : `${mebibytes(usedBytes)} of memory`;
  if (!isHeapFull) return `the task "${task}" used ${used}, more than ${ceiling}`;
  const seen = used === "" ? "" : `, last seen with ${used}`;
  const under = ceiling === "" ? "" : `, under ${ceiling}`;
  return `the task "${task}" filled its JavaScript heap${seen}${under}`;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

/** An error that no node threw: a promise that nobody awaited, or a callback. */
export class StrayError extends WeirError {
  override readonly code = "worker/stray-error";
  override readonly disposition = "retry";

  constructor(origin: "promise" | "callback", cause: unknown) {
    const what =
      origin === "promise"
        ? "a promise that nobody awaited was rejected"
        : "a callback of a node threw an error that nobody could catch";
    super(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: "await every promise in the node that makes it, and let its errors reach the caller",
      cause,
    });
  }
}

/** The run was cancelled. */
export class TaskCancelledError extends WeirError {
  override readonly code = "worker/task-cancelled";
  override readonly disposition = "cancel";

  constructor(reason: string, wasKilled: boolean) {
    super(
      `the task was cancelled (${reason})${wasKilled ? "; it did not stop by itself, so its thread or process was ended" : ""}`,
      wasKilled ? { hint: "obey `signal` in long nodes, so that they can clean up" } : {},
    );
  }
}

/** The attempt ran longer than its task allows. */
export class TaskTimedOutError extends WeirError {
  override readonly code = "worker/task-timed-out";
  override readonly disposition = "retry";

  constructor(timeoutMs: number) {
    super(`the task ran longer than its timeout of ${timeoutMs} ms`, {
      hint: "raise `timeout` of the task, or look in its lineage for the slow node",
    });
  }
}

/** The flow's files are not the ones that this worker read when it started. */
export class VersionChangedError extends WeirError {
  override readonly code = "worker/version-changed";

  constructor(flow: string, version: string, file: string) {
    super(`"${file}" no longer holds version "${version.slice(0, 12)}" of the flow "${flow}"`, {
      hint: "deploy the flow again and restart the worker after changing its files",
    });
  }
}

/** The version of the flow has no such task. */
export class UnknownTaskError extends WeirError {
  override readonly code = "worker/unknown-task";

  constructor(flow: string, task: string) {
    super(`the flow "${flow}" has no task "${task}"`, {
      hint: "deploy the flow again with the same files as the worker's",
    });
  }
}

/** A node stored a second artifact under one key. */
export class DuplicateArtifactError extends WeirError {
  override readonly code = "worker/duplicate-artifact";

  constructor(key: string) {
    super(`the task has already stored an artifact "${key}"`, {
      hint: "give each artifact of a task a key of its own; a node that saves a newer one says `replaces: true`",
    });
  }
}

/** An attempt stored more artifacts than a report can name. */
export class TooManyArtifactsError extends WeirError {
  override readonly code = "worker/too-many-artifacts";

  constructor(limit: number) {
    super(`the task has stored more than ${limit} artifacts`, {
      hint: "store one archive or table instead of many small artifacts",
    });
  }
}

/** The graph of a task is too large to be described in one message. */
export class GraphTooLargeError extends WeirError {
  override readonly code = "worker/graph-too-large";

  constructor(nodes: number, sizeBytes: number, limitBytes: number) {
    super(
      `the graph of ${nodes} nodes takes ${sizeBytes} bytes to describe, more than ${limitBytes}`,
      { hint: "split the task into several" },
    );
  }
}

/** The lineage service will never store this attempt's lineage. */
export class LineageRefusedError extends WeirError {
  override readonly code = "worker/lineage-refused";

  constructor(message: string) {
    super(`the lineage service refused the record of this attempt: ${message}`, {
      hint: "worker and lineage service may be of versions too far apart",
    });
  }
}

/** A node's checkpoint could be neither read nor written. */
export class CheckpointUnavailableError extends WeirError {
  override readonly code = "worker/checkpoint-unavailable";
  override readonly disposition = "retry";

  constructor(reason: string) {
    super(`the checkpoint of a node is out of reach: ${reason}`, {
      hint: "check the value store (WEIR_VALUES_URL); the next attempt asks again",
    });
  }
}
