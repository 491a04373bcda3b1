import { DeviceFaultError, DeviceLostError, preferBackend } from "@weirflow/compute";
import type { FlowManifest } from "@weirflow/contracts";
import { collect, each, graphFrom, type NodeContext } from "@weirflow/dataflow";
import { WeirError } from "@weirflow/errors";
import { createCodecs, decodeValue } from "@weirflow/values";
import type { LoadedFlow } from "@weirflow/source";
import { describe, expect, test } from "vitest";
import type { FromSlot, Job } from "../slot/slot-messages.ts";
import { SlotCheckpoints } from "./slot-checkpoints.ts";
import { executeJob } from "./execute-job.ts";

class BrokenInputError extends WeirError {
  override readonly code = "test/broken-input";
}

class BusyError extends WeirError {
  override readonly code = "test/busy";
  override readonly disposition = "retry";
}

class Client {
  readonly socket = 7;
}

const modules = {
  twice: ({ n }: { n: number }): number => 2 * n,
  half: async ({ twice }: { twice: number }): Promise<number> => twice / 4,
  broken: (): never => {
    throw new BrokenInputError("column missing");
  },
  busy: (): never => {
    throw new BusyError("try later");
  },
  client: (): object => new Client(),
  again: (_none: object, { artifact }: NodeContext): number => {
    const note = { key: "note", kind: "file", mediaType: "text/plain", body: "x" } as const;
    artifact(note);
    artifact(note);
    return 1;
  },
  item: each((): readonly number[] => [1, 2]),
  kept: async ({ item }: { item: number }, { checkpoint, progress }: NodeContext) => {
    progress(item, 2);
    await checkpoint.save(Uint8Array.of(item));
    return item;
  },
  allKept: collect(({ kept }: { kept: readonly number[] }): number => kept.length),
  tries: (_none: object, { attempt }: NodeContext): number => attempt,
  endless: async (_none: object, { signal }: NodeContext): Promise<number> =>
    await new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(new Error("told to stop")), { once: true });
    }),
};

/** A loaded flow with one task, whose graph is that of the modules above. */
const flow = {
  // Only the calls of the manifest are read here.
  manifest: { calls: [] } as unknown as FlowManifest,
  file: "/flow.ts",
  tasks: new Map([
    ["task", { graph: graphFrom([modules]), modules: [modules], outputs: [], files: [] }],
  ]),
} as unknown as LoadedFlow;

async function execute(part: Partial<Job>, signal: AbortSignal = new AbortController().signal) {
  const sent: FromSlot[] = [];
  const job: Job = {
    runId: "r",
    taskRunId: "t",
    attempt: 3,
    flow: "f",
    version: "v",
    file: "/flow.ts",
    call: "task",
    task: "task",
    inputs: {},
    outputs: [],
    tensor: {},
    ...part,
  };
  const checkpoints = new SlotCheckpoints(job, (message) => {
    sent.push(message);
    // what is saved is kept at once
    if (message.kind === "checkpoint") checkpoints.hear({ ...message, bytes: Uint8Array.of() });
  });
  const result = await executeJob(job, {
    flows: { flowOf: async () => flow },
    send: (message) => sent.push(message),
    signal,
    checkpoints,
  });
  return { result, sent };
}

/** Where `@weirflow/compute` keeps what it knows of a thread. */
const THREAD = Symbol.for("weirflow.tensor-backend");

const n = { n: { kind: "json", value: 6 } } as const;

describe("executeJob", () => {
  test("gives the requested outputs, encoded, and nothing else", async () => {
    const { result, sent } = await execute({ inputs: n, outputs: ["half"] });

    expect(result).toMatchObject({ outcome: "succeeded", retryable: false, isTainted: false });
    expect(result.outputs.map(({ name }) => name)).toEqual(["half"]);
    const value = result.outputs[0]?.value;
    expect(value && decodeValue(value.codec, value.bytes, createCodecs())).toBe(3);
    expect(sent[0]).toMatchObject({ kind: "begun", nodesTotal: 2, inputs: [{ name: "n" }] });
  });

  test("tells nodes which attempt this is", async () => {
    const { result } = await execute({ outputs: ["tries"] });

    expect(result.outputs[0]?.value.summary.preview).toBe("3");
  });

  test.each([
    ["broken", false, "test/broken-input"],
    ["busy", true, "test/busy"],
  ])(
    "lets the error that the node %s threw say whether to try again",
    async (node, again, code) => {
      const { result } = await execute({ outputs: [node] });

      expect(result).toMatchObject({
        outcome: "failed",
        retryable: again,
        error: { code: "dag/node-failed", node, cause: { code } },
      });
    },
  );

  test("fails, for good, what a graph cannot do with these inputs", async () => {
    const { result } = await execute({ outputs: ["half"] });

    expect(result).toMatchObject({
      outcome: "failed",
      retryable: false,
      error: { code: "dag/invalid", message: expect.stringContaining('"n"') as string },
    });
  });

  test("fails, for good, a task that its flow does not have", async () => {
    const { result } = await execute({ task: "tsk" });

    expect(result).toMatchObject({ retryable: false, error: { code: "worker/unknown-task" } });
  });

  test("fails when an output cannot leave the task", async () => {
    const { result } = await execute({ outputs: ["client"] });

    expect(result).toMatchObject({
      outcome: "failed",
      outputs: [],
      error: { code: "values/not-encodable" },
    });
  });

  test("fails on a second artifact of one key, and keeps the first", async () => {
    const { result } = await execute({ outputs: ["again"] });

    expect(result.error?.cause?.code).toBe("worker/duplicate-artifact");
    expect(result.artifacts.map(({ key }) => key)).toEqual(["note"]);
  });

  test("is cancelled when its signal is aborted", async () => {
    const abort = new AbortController();
    const executing = execute({ outputs: ["endless"] }, abort.signal);

    abort.abort("by a person");

    expect((await executing).result).toMatchObject({ outcome: "cancelled", outputs: [] });
  });

  test.each([new DeviceLostError("the driver was updated"), new DeviceFaultError("too large")])(
    "leaves a job to another process when the GPU of this one failed before it: %s",
    async (failure) => {
      preferBackend({}); // makes what the thread knows
      const known = (globalThis as Record<symbol, { device?: unknown }>)[THREAD];
      expect(known).toBeDefined();
      try {
        Object.assign(known ?? {}, { device: { failed: AbortSignal.abort(failure) } });

        const { result, sent } = await execute({ inputs: n, outputs: ["half"] });

        expect(result).toMatchObject({ outcome: "crashed", retryable: true, isTainted: true });
        expect(result.error?.code).toBe(failure.code);
        expect(sent).toEqual([]);
      } finally {
        Object.assign(known ?? {}, { device: undefined });
      }
    },
  );

  test("gives each item of a fan-out a checkpoint and a progress of its own", async () => {
    const { result, sent } = await execute({ outputs: ["allKept"] });

    expect(result.outcome).toBe("succeeded");
    const saved = sent.flatMap((message) => (message.kind === "checkpoint" ? [message] : []));
    expect(saved.map(({ node, bytes }) => [node, ...(bytes ?? [])])).toEqual([
      ["kept[0]", 1],
      ["kept[1]", 2],
    ]);
    const texts = sent.flatMap((message) => (message.kind === "progress" ? [message.text] : []));
    expect(texts).toEqual(["kept[0]: 1 of 2", "kept[1]: 2 of 2"]);
  });

  test("records nodes also when the graph fails later", async () => {
    const { sent } = await execute({ inputs: n, outputs: ["half", "broken"] });

    const ended = sent.flatMap((message) => (message.kind === "nodes" ? message.ended : []));
    const states = Object.fromEntries(ended.map(({ node, state }) => [node, state]));
    expect(states).toMatchObject({ twice: "succeeded", broken: "failed" });
  });
});
