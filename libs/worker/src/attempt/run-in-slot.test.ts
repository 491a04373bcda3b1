import { describe, expect, test } from "vitest";
import { SlotStartError, TaskCrashedError } from "../errors.ts";
import type { CheckpointRequest, FromSlot, Job, JobResult, ToSlot } from "../slot/slot-messages.ts";
import type { SlotListener, TaskSlot } from "../slot/task-slot.ts";
import { runInSlot } from "./run-in-slot.ts";
import { StopRequest } from "./stop-request.ts";

const job: Job = {
  runId: "r",
  taskRunId: "t",
  attempt: 1,
  flow: "f",
  version: "v",
  file: "/flow.ts",
  call: "c",
  task: "t",
  inputs: {},
  outputs: ["x"],
  tensor: {},
};

const success: JobResult = {
  outcome: "succeeded",
  outputs: [],
  artifacts: [],
  retryable: false,
  isTainted: false,
};

/** The port of a slot, played by the test: `on` says what the slot does when it is sent a message. */
function playSlot(on: (message: ToSlot, slot: Played) => void) {
  const ended = Promise.withResolvers<TaskCrashedError>();
  let listener: SlotListener | undefined;
  let isAlive = true;
  const end = (error: TaskCrashedError): void => {
    isAlive = false;
    ended.resolve(error);
    listener?.onEnd?.(error);
  };
  const played: Played = {
    tell: (message) => listener?.onMessage(message),
    say: (result) => listener?.onMessage({ kind: "ended", result }),
    die: (detail, kind = "exit") => end(new TaskCrashedError(kind, detail)),
    holds: undefined,
  };
  const slot: TaskSlot = {
    send: (message) => on(message, played),
    listen: (next) => {
      listener = next;
    },
    kill: () => end(new TaskCrashedError("exit", "killed")),
    usedBytes: async () => await Promise.resolve(played.holds),
    ended: ended.promise,
    get isAlive() {
      return isAlive;
    },
  };
  const returned: TaskSlot[] = [];
  const slots = {
    borrow: async () => slot,
    giveBack: (back: TaskSlot) => void returned.push(back),
  };
  return { slot, slots, returned };
}

interface Played {
  readonly say: (result: JobResult) => void;
  readonly tell: (message: FromSlot) => void;
  readonly die: (detail: string, kind?: TaskCrashedError["kind"]) => void;
  /** Memory, bytes. */
  holds: number | undefined;
}

const listener: SlotListener = { onMessage: () => undefined, onOutput: () => undefined };
const options = (slots: ReturnType<typeof playSlot>["slots"], stop = new StopRequest()) => ({
  slots,
  stop,
  graceMs: 5,
  listener,
  checkpoints: { hear: async (request: CheckpointRequest) => await Promise.resolve(request) },
});

describe("runInSlot", () => {
  test("gives back a slot that ran a job to its end", async () => {
    const { slots, slot, returned } = playSlot((message, { say }) => {
      if (message.kind === "run") say(success);
    });

    const end = await runInSlot(job, options(slots));

    expect(end).toEqual({ outcome: "succeeded", retryable: false, result: success });
    expect(returned).toEqual([slot]);
  });

  test("answers what its nodes ask for, and not what an earlier job's still do", async () => {
    const answers: ToSlot[] = [];
    const ask = (job: string, id: number): CheckpointRequest => ({
      kind: "checkpoint",
      job,
      id,
      node: "train",
      action: "load",
    });
    const { slots } = playSlot((message, { say, tell }) => {
      if (message.kind === "run") [ask("t/0", 1), ask("t/1", 1)].forEach(tell);
      else if (answers.push(message) === 1) say(success);
    });

    const end = await runInSlot(job, options(slots));

    expect(end.outcome).toBe("succeeded");
    expect(answers).toEqual([ask("t/1", 1)]);
  });

  test("ends a slot that says it is tainted", async () => {
    const failed: JobResult = {
      ...success,
      outcome: "failed",
      error: { code: "c", message: "m" },
      retryable: true,
      isTainted: true,
    };
    const { slots, slot, returned } = playSlot((_message, { say }) => say(failed));

    const end = await runInSlot(job, options(slots));

    expect(end).toMatchObject({ outcome: "failed", retryable: true, error: { code: "c" } });
    expect(returned).toEqual([]);
    expect(slot.isAlive).toBe(false);
  });

  test("takes a slot that dies for a crash", async () => {
    const { slots, returned } = playSlot((_message, { die }) => die("it exited"));

    const end = await runInSlot(job, options(slots));

    expect(end).toMatchObject({
      outcome: "crashed",
      retryable: true,
      error: { code: "worker/task-crashed" },
    });
    expect(returned).toEqual([]);
  });

  test("takes a slot that does not start for a crash that may be retried", async () => {
    const { slots } = playSlot(() => undefined);
    const borrow = async (): Promise<never> => {
      throw new SlotStartError("no memory");
    };

    const end = await runInSlot(job, options({ ...slots, borrow }));

    expect(end).toMatchObject({ outcome: "crashed", retryable: true });
  });

  test("lets a graph that obeys end by itself", async () => {
    const stop = new StopRequest();
    const { slots, returned } = playSlot((message, { say }) => {
      if (message.kind === "run") stop.ask("cancelled", "by a person");
      else say({ ...success, outcome: "cancelled", error: { code: "x", message: "y" } });
    });

    const end = await runInSlot(job, options(slots, stop));

    expect(end).toMatchObject({
      outcome: "cancelled",
      retryable: false,
      error: { code: "worker/task-cancelled", message: "the task was cancelled (by a person)" },
    });
    expect(returned).toHaveLength(1);
  });

  test("ends the slot of a graph that does not obey", async () => {
    const stop = new StopRequest();
    const { slots, slot, returned } = playSlot((message) => {
      if (message.kind === "run") stop.ask("timed_out", "too long");
    });

    const end = await runInSlot(job, { ...options(slots, stop), timeoutMs: 1_500 });

    expect(end).toMatchObject({
      outcome: "timed_out",
      retryable: true,
      error: { message: "the task ran longer than its timeout of 1500 ms" },
    });
    expect(end.result).toBeUndefined();
    expect(slot.isAlive).toBe(false);
    expect(returned).toEqual([]);
  });

  test("counts a result that came in spite of the request to stop", async () => {
    const stop = new StopRequest();
    const { slots } = playSlot((message, { say }) => {
      if (message.kind === "run") stop.ask("cancelled", "too late");
      else say(success);
    });

    expect(await runInSlot(job, options(slots, stop))).toMatchObject({ outcome: "succeeded" });
  });

  test("ends the slot of a job that holds more memory than it may, and says how much", async () => {
    const { slots, slot, returned } = playSlot((_message, played) => {
      played.holds = 400 * 2 ** 20;
    });

    const end = await runInSlot(job, { ...options(slots), memoryLimitBytes: 256 * 2 ** 20 });

    expect(end).toMatchObject({
      outcome: "failed",
      retryable: false,
      error: {
        code: "worker/memory-limit",
        message: 'the task "t" used 400 MiB of memory, more than its ceiling of 256 MiB',
        data: { task: "t", limitBytes: 256 * 2 ** 20, usedBytes: 400 * 2 ** 20 },
      },
    });
    expect(slot.isAlive).toBe(false);
    expect(returned).toEqual([]);
  });

  test("says of a slot whose heap was full that its memory was too small", async () => {
    const { slots } = playSlot((_message, { die }) => die("V8 said so", "memory"));

    const end = await runInSlot(job, { ...options(slots), memoryLimitBytes: 2 ** 28 });

    expect(end).toMatchObject({
      outcome: "failed",
      retryable: false,
      error: {
        code: "worker/memory-limit",
        message: 'the task "t" filled its JavaScript heap, under its ceiling of 256 MiB',
        cause: { message: expect.stringContaining("V8 said so") as string },
      },
    });
  });

  test("uses a slot again in which little was left, and no other", async () => {
    const after = async (holds: number): Promise<number> => {
      const { slots, returned } = playSlot((_message, played) => {
        played.holds = holds;
        played.say(success);
      });
      await runInSlot(job, { ...options(slots), memoryLimitBytes: 1_000 });
      return returned.length;
    };

    expect([await after(500), await after(501)]).toEqual([1, 0]);
  });

  test("moves inputs that own their buffer, and copies the others", async () => {
    const own = new Uint8Array(8);
    const part = new Uint8Array(8).subarray(2, 4);
    const moved: (readonly ArrayBuffer[])[] = [];
    const { slots, slot } = playSlot((_message, { say }) => say(success));
    const send: TaskSlot["send"] = (message, transfer = []) => {
      moved.push(transfer);
      slot.send(message);
    };
    const value = (bytes: Uint8Array) => ({
      kind: "value" as const,
      codec: "bytes",
      valueHash: "h",
      bytes,
      from: { taskRunId: "u", attempt: 1, output: "o" },
    });
    const inputs: Job["inputs"] = {
      a: value(own),
      b: { kind: "record", of: { c: value(part), d: value(own) } },
    };
    const borrow = async (): Promise<TaskSlot> => ({ ...slot, send });

    await runInSlot({ ...job, inputs }, options({ ...slots, borrow }));

    expect(moved).toEqual([[own.buffer]]);
  });
});
