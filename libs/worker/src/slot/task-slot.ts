import type { TaskCrashedError } from "../errors.ts";
import type { FromSlot, ToSlot } from "./slot-messages.ts";

/**
 * A place where user code runs, apart from the worker's main thread: a worker thread or a child process.
 *
 * It runs one job at a time and survives between jobs. Its death is the death of the job, never of the worker.
 */
export interface TaskSlot {
  /** Sends a message; the bytes in `transfer` may be moved instead of copied. */
  send(message: ToSlot, transfer?: readonly ArrayBuffer[]): void;
  /** Who hears its messages and lines of output from now on; replaces the previous listener. */
  listen(listener: SlotListener): void;
  /** Ends it at once, whatever it does. Idempotent. */
  kill(): void;
  /**
   * Resolves when it has ended, with the reason; a killed one counts as ended when it was killed. What waits for it lives as
   * long as the slot: a job listens for the end instead.
   */
  readonly ended: Promise<TaskCrashedError>;
  /** Whether it can still run jobs. */
  readonly isAlive: boolean;
  /**
   * The memory that it holds now, bytes, also while its code is busy; `undefined` where that cannot be told.
   *
   * Of a thread: its JavaScript heap, buffers and WebAssembly memory, but neither shared buffers nor what native code
   * allocates. Of a process: everything but mapped files on Linux, its resident set on other systems with `ps`.
   * Never rejects; a thread that native code holds answers late.
   */
  usedBytes(): Promise<number | undefined>;
}

/** Hears a slot. */
export interface SlotListener {
  onMessage(message: FromSlot): void;
  /** A line that user code wrote to standard output or standard error. */
  onOutput(stream: "stdout" | "stderr", line: string): void;
  /** It has ended, or had when it was listened to. */
  onEnd?(crash: TaskCrashedError): void;
}

/** How slots are made. */
export interface SlotOptions {
  /** `thread` is cheap; `process` survives a native library that cannot be stopped. */
  readonly kind: "thread" | "process";
  /** The ceiling that the JavaScript heap of one slot is sized for. @default Node's own limit */
  readonly memoryBytes?: number | undefined;
}
