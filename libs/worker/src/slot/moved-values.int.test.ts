import { join } from "node:path";
import { MessageChannel } from "node:worker_threads";
import { silentLogger } from "@weirflow/telemetry";
import { encodeValue } from "@weirflow/values";
import { describe, expect, test } from "vitest";
import { runInSlot } from "../attempt/run-in-slot.ts";
import { StopRequest } from "../attempt/stop-request.ts";
import { JobRunner } from "../execute/job-runner.ts";
import { servedFlows } from "../served-flows.ts";
import type { CheckpointAnswer, CheckpointRequest, FromSlot, Job } from "./slot-messages.ts";
import { SlotPool } from "./slot-pool.ts";

const { signal } = new AbortController();
const paths = [join(import.meta.dirname, "../fixtures/flows")];
const bare = { runId: "r", taskRunId: "t", attempt: 1, flow: "ways", tensor: {} };
const from = { taskRunId: "u", attempt: 1, output: "n" };
const bytes = new TextEncoder().encode("saved earlier");

async function jobFor(slots: SlotPool, job: Pick<Job, "task" | "inputs" | "outputs">) {
  const flows = await servedFlows({ slots, paths, logger: silentLogger, signal });
  const [served] = flows.values();
  if (served === undefined) throw new Error("no flow");
  const { file, manifest } = served;
  return { ...bare, ...job, call: job.task, file, version: manifest.version };
}

const listener = { onMessage: () => undefined, onOutput: () => undefined };
const options = { stop: new StopRequest(), graceMs: 1_000, listener };

describe.each(["thread", "process"] as const)("values on their way to a %s", (kind) => {
  test("inputs arrive whole; a thread gets the very bytes, a process a copy", async () => {
    await using slots = new SlotPool({ kind });
    const input = { kind: "value" as const, ...encodeValue(21), from };
    const inputs = { n: input };
    const job = await jobFor(slots, { task: "adding", inputs, outputs: ["sum"] });
    const checkpoints = { hear: async (r: CheckpointRequest) => await Promise.resolve(r) };

    const end = await runInSlot(job, { ...options, slots, checkpoints });

    expect(end.result?.outputs[0]?.value).toMatchObject({ valueHash: encodeValue(63).valueHash });
    expect(input.bytes.byteLength).toBe(kind === "thread" ? 0 : 4);
  });

  test("so do checkpoints", async () => {
    await using slots = new SlotPool({ kind });
    const job = await jobFor(slots, {
      task: "part",
      inputs: { word: { kind: "json", value: "x" } },
      outputs: ["parting"],
    });
    const saved = bytes.slice();
    const hear = async ({ job, id }: CheckpointRequest): Promise<CheckpointAnswer> =>
      await Promise.resolve({ kind: "checkpoint", job, id, bytes: saved });

    const end = await runInSlot(job, { ...options, slots, checkpoints: { hear } });

    expect(new TextDecoder().decode(end.result?.outputs[0]?.value.bytes)).toContain(
      "saved earlier",
    );
    expect(saved.byteLength).toBe(kind === "thread" ? 0 : bytes.byteLength);
  });
});

describe("values on their way back from a thread", () => {
  test("outputs and artifacts leave nothing behind", async () => {
    await using slots = new SlotPool({ kind: "thread" });
    const inputs = { length: { kind: "json", value: 10_000 } } as const;
    const job = await jobFor(slots, { task: "making", inputs, outputs: ["vector"] });
    using channel = openChannel();
    const ended = Promise.withResolvers<Extract<FromSlot, { kind: "ended" }>>();
    const runner = new JobRunner((message, transfer = []) => {
      channel.port1.postMessage(message, [...transfer]);
      if (message.kind === "ended") ended.resolve(message);
    });

    runner.hear({ kind: "run", job });
    const { outputs, artifacts } = (await ended.promise).result;

    expect(outputs).toHaveLength(1);
    expect(artifacts.length).toBeGreaterThan(0);
    for (const { value } of outputs) expect(value.bytes.byteLength).toBe(0);
    for (const artifact of artifacts) expect(artifact.bytes.byteLength).toBe(0);
  });
});

function openChannel(): MessageChannel & Disposable {
  const channel = new MessageChannel();
  return Object.assign(channel, { [Symbol.dispose]: () => channel.port1.close() });
}
