import { type ChildProcess, fork } from "node:child_process";
import { TaskCrashedError } from "../errors.ts";
import { intoLines } from "./lines.ts";
import { slotEntry } from "./slot-entry.ts";
import type { FromSlot } from "./slot-messages.ts";
import type { SlotListener, SlotOptions, TaskSlot } from "./task-slot.ts";

/** Starts a child process for jobs; it says `up` when it is ready. */
export function startProcessSlot({ memoryMb }: Pick<SlotOptions, "memoryMb">): TaskSlot {
  const entry = slotEntry();
  const memory = memoryMb === undefined ? [] : [`--max-old-space-size=${memoryMb}`];
  const child = fork(entry.path, {
    serialization: "advanced",
    execArgv: [...entry.execArgv, ...memory],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const ended = Promise.withResolvers<TaskCrashedError>();
  let listener: SlotListener | undefined;
  let isAlive = true;
  const end = (reason: TaskCrashedError): void => {
    isAlive = false;
    ended.resolve(reason);
  };
  // Only slot-main sends on this channel, and it sends FromSlot.
  child.on("message", (message) => listener?.onMessage(message as FromSlot));
  child.on("error", (error) => end(new TaskCrashedError("error", error.message, error)));
  child.on("exit", (code, signal) => end(exitOf(code, signal)));
  hearOutput(child, (stream, line) => listener?.onOutput(stream, line));
  return {
    send: (message) => {
      // A channel that closes while it is written to is reported by `exit`.
      if (child.connected) child.send(message, () => undefined);
    },
    listen: (next) => {
      listener = next;
    },
    kill: () => {
      end(new TaskCrashedError("exit", "it was ended by the worker"));
      child.kill("SIGKILL");
    },
    ended: ended.promise,
    get isAlive() {
      return isAlive;
    },
  };
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

/** V8 aborts a process whose heap is full: the kernel then reports SIGABRT, or a shell-like 134. */
function exitOf(code: number | null, signal: NodeJS.Signals | null): TaskCrashedError {
  if (signal === "SIGABRT" || code === 134)
    return new TaskCrashedError("memory", "its process aborted, most likely out of memory");
  if (signal !== null) return new TaskCrashedError("signal", `its process got ${signal}`);
  return new TaskCrashedError("exit", `its process called \`process.exit(${code})\``);
}
