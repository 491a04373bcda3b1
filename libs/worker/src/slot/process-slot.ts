import { type ChildProcess, fork } from "node:child_process";
import { TaskCrashedError } from "../errors.ts";
import { intoLines } from "./lines.ts";
import { memoryOfProcess } from "./memory-of-process.ts";
import { slotEntry } from "./slot-entry.ts";
import { SlotLine } from "./slot-line.ts";
import type { FromSlot } from "./slot-messages.ts";
import type { SlotListener, SlotOptions, TaskSlot } from "./task-slot.ts";

/** V8 writes this before it aborts a process whose heap is full; native libraries abort too, and do not. */
const HEAP_IS_FULL = "JavaScript heap out of memory";
const LAST_WORDS_MS = 1_000;

/** Starts a child process for jobs; it says `up` when it is ready. */
export function startProcessSlot({ memoryBytes }: Pick<SlotOptions, "memoryBytes">): TaskSlot {
  const entry = slotEntry();
  const child = fork(entry.path, {
    serialization: "advanced",
    execArgv: [...entry.execArgv, ...heapLimit(memoryBytes)],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const line = new SlotLine();
  let hasExited = false;
  let isHeapFull = false;
  // Only slot-main sends on this channel, and it sends FromSlot.
  child.on("message", (message) => line.hear(message as FromSlot));
  child.on("error", (error) => line.end(new TaskCrashedError("error", error.message, error)));
  hearOutput(child, (stream, text) => {
    isHeapFull ||= stream === "stderr" && text.includes(HEAP_IS_FULL);
    line.hearLine(stream, text);
  });
  child.on("exit", (code, signal) => {
    hasExited = true;
    // What V8 says of its end may still be in the pipe.
    const tell = (): void => line.end(exitOf(code, signal, isHeapFull));
    if (signal === "SIGABRT") void lastWords(child).then(tell);
    else tell();
  });
  return {
    send: (message) => {
      // A channel that closes while it is written to is reported by `exit`.
      if (child.connected) child.send(message, () => undefined);
    },
    listen: (listener) => line.listen(listener),
    kill: () => {
      line.end(new TaskCrashedError("exit", "it was ended by the worker"));
      child.kill("SIGKILL");
    },
    ended: line.ended,
    get isAlive() {
      return line.isOpen && !hasExited;
    },
    usedBytes: async () => await memoryOfProcess(child.pid),
  };
}

function heapLimit(memoryBytes: number | undefined): readonly string[] {
  if (memoryBytes === undefined) return [];
  return [`--max-old-space-size=${Math.ceil(memoryBytes / 2 ** 20)}`];
}

/** Resolves when everything that the child wrote was heard; a grandchild that keeps its pipes is not waited for. */
async function lastWords(child: ChildProcess): Promise<void> {
  const closed = Promise.withResolvers<void>();
  const patience = setTimeout(closed.resolve, LAST_WORDS_MS);
  child.once("close", () => closed.resolve());
  await closed.promise;
  clearTimeout(patience);
}

function hearOutput(child: ChildProcess, onOutput: SlotListener["onOutput"]): void {
  child.stdout?.setEncoding("utf8").on(
    "data",
    intoLines((line) => onOutput("stdout", line)),
  );
  child.stderr?.setEncoding("utf8").on(
    "data",
    intoLines((line) => onOutput("stderr", line)),
  );
}

function exitOf(
  code: number | null,
  signal: NodeJS.Signals | null,
  isHeapFull: boolean,
): TaskCrashedError {
  if (isHeapFull && signal === "SIGABRT")
    return new TaskCrashedError("memory", "its JavaScript heap was full");
  if (signal !== null) return new TaskCrashedError("signal", `its process got ${signal}`);
  return new TaskCrashedError("exit", `its process called \`process.exit(${code})\``);
}
