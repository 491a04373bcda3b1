import { type ResourceLimits, Worker } from "node:worker_threads";
import { TaskCrashedError } from "../errors.ts";
import { intoLines } from "./lines.ts";
import { slotEntry } from "./slot-entry.ts";
import { SlotLine } from "./slot-line.ts";
import type { FromSlot } from "./slot-messages.ts";
import type { SlotOptions, TaskSlot } from "./task-slot.ts";

/**
 * V8's limit, as a multiple of the ceiling: near enough for garbage to be collected before it counts, far enough for the
 * watch to come first, because V8 may end the whole process when one large piece does not fit.
 */
const HEAP_PER_CEILING = 1.25;

/** Starts a worker thread for jobs; it says `up` when it is ready. */
export function startThreadSlot({ memoryBytes }: Pick<SlotOptions, "memoryBytes">): TaskSlot {
  const entry = slotEntry();
  const thread = new Worker(entry.url, {
    execArgv: [...entry.execArgv],
    stdout: true,
    stderr: true,
    ...(memoryBytes === undefined ? {} : { resourceLimits: heapLimit(memoryBytes) }),
  });
  const line = new SlotLine();
  // Only slot-main posts on this port, and it posts FromSlot.
  thread.on("message", (message: FromSlot) => line.hear(message));
  thread.on("error", (error) => line.end(crashOf(error)));
  thread.on("exit", (code) => line.end(exitOf(code)));
  for (const name of ["stdout", "stderr"] as const)
    thread[name].setEncoding("utf8").on(
      "data",
      intoLines((text) => line.hearLine(name, text)),
    );
  return {
    send: (message, transfer = []) => thread.postMessage(message, [...transfer]),
    listen: (listener) => line.listen(listener),
    kill: () => {
      line.end(new TaskCrashedError("exit", "it was ended by the worker"));
      // Native code may hold the thread for a while; nobody waits for it.
      void thread.terminate();
    },
    ended: line.ended,
    get isAlive() {
      return line.isOpen;
    },
    usedBytes: async () => await usedBy(thread),
  };
}

function heapLimit(memoryBytes: number): ResourceLimits {
  return { maxOldGenerationSizeMb: Math.ceil((memoryBytes * HEAP_PER_CEILING) / 2 ** 20) };
}

async function usedBy(thread: Worker): Promise<number | undefined> {
  try {
    const heap = await thread.getHeapStatistics();
    return heap.used_heap_size + heap.external_memory + heap.malloced_memory;
  } catch {
    return undefined; // it has ended
  }
}

function crashOf(error: unknown): TaskCrashedError {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ERR_WORKER_OUT_OF_MEMORY")
    return new TaskCrashedError("memory", "its thread ran out of memory", error);
  const message = error instanceof Error ? error.message : String(error);
  return new TaskCrashedError("error", message, error);
}

function exitOf(code: number): TaskCrashedError {
  return new TaskCrashedError("exit", `its thread called \`process.exit(${code})\``);
}
