import { deviceFailure, modelCodec, preferBackend } from "@weirflow/compute";
import type { GraphDescription } from "@weirflow/contracts";
import type { Plugin } from "@weirflow/dataflow";
import { isWeirError, toErrorRecord } from "@weirflow/errors";
import type { LoadedFlow, LoadedTask } from "@weirflow/source";
import { type Codecs, createCodecs, encodeValue } from "@weirflow/values";
import { StrayError, UnknownTaskError } from "../errors.ts";
import { type FromSlot, type Job, jobKey, type JobResult } from "../slot/slot-messages.ts";
import { Artifacts } from "./artifacts.ts";
import { backendFacts } from "./backend-facts.ts";
import { decodeInputs } from "./decode-inputs.ts";
import type { FlowCache } from "./flow-cache.ts";
import { LiveArtifacts } from "./live-artifacts.ts";
import { nodeLog } from "./node-log.ts";
import { NodeRecorder } from "./node-recorder.ts";
import { PendingNodes } from "./pending-nodes.ts";
import type { SlotCheckpoints } from "./slot-checkpoints.ts";
import { addTaskPicture } from "./task-picture.ts";
import { ValueHashes } from "./value-hashes.ts";

/** What a job is executed with. */
export interface ExecuteJobOptions {
  readonly flows: Pick<FlowCache, "flowOf">;
  readonly send: (message: FromSlot) => void;
  /** Aborted when the job should stop. */
  readonly signal: AbortSignal;
  readonly checkpoints: Pick<SlotCheckpoints, "of">;
}

/** Executes the graph of a job. Never rejects: an error of user code is a result. */
export async function executeJob(job: Job, options: ExecuteJobOptions): Promise<JobResult> {
  const artifacts = new Artifacts();
  const codecs = createCodecs([modelCodec]);
  preferBackend(job.tensor);
  const outputs: { name: string; value: ReturnType<typeof encodeValue> }[] = [];
  const result = (): Pick<JobResult, "outputs" | "artifacts" | "isTainted" | "backend"> => ({
    outputs,
    artifacts: artifacts.all,
    isTainted: deviceFailure() !== undefined,
    ...backendFacts(),
  });
  const lost = deviceFailure();
  if (lost !== undefined)
    // while nothing ran here: a process that is whole can run the job
    return { ...result(), outcome: "crashed", error: toErrorRecord(lost), retryable: true };
  try {
    const made = await runGraph(job, { ...options, artifacts, codecs });
    const device = deviceFailure();
    if (device !== undefined) throw device; // what it gave since means nothing
    for (const name of job.outputs) outputs.push({ name, value: encodeValue(made[name], codecs) });
    return { ...result(), outcome: "succeeded", retryable: false };
  } catch (error) {
    outputs.length = 0;
    return { ...result(), ...failed(error, options.signal) };
  }
}

/** A device that failed is why, whatever error the code that computed on it made of that. */
function failed(
  error: unknown,
  signal: AbortSignal,
): Pick<JobResult, "outcome" | "error" | "retryable"> {
  const device = deviceFailure();
  if (device !== undefined) {
    const retryable = isRetryable(device);
    const outcome = retryable ? "crashed" : "failed";
    return { outcome, error: { ...errorOf(error), ...toErrorRecord(device) }, retryable };
  }
  const outcome = signal.aborted ? "cancelled" : "failed";
  return { outcome, error: errorOf(error), retryable: isRetryable(error) };
}

interface RunGraphOptions extends ExecuteJobOptions {
  readonly artifacts: Artifacts;
  readonly codecs: Codecs;
}

async function runGraph(
  job: Job,
  { flows, send, signal, checkpoints, artifacts, codecs }: RunGraphOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const flow = await flows.flowOf(job);
  const task = taskOf(flow, job);
  const graph = graphOf(flow, job);
  const hashes = new ValueHashes(codecs);
  const { values, recorded } = decodeInputs(job.inputs, codecs, hashes);
  const versions = new Map(graph.nodes.map(({ name, codeVersion }) => [name, codeVersion ?? ""]));
  const recorder = new NodeRecorder({
    hashes,
    codecs,
    codeVersionOf: (node) => versions.get(node) ?? "",
    tell: (started, ended) => send({ kind: "nodes", started, ended }),
    nowMs: () => performance.now(),
  });
  const live = new LiveArtifacts({
    show: (artifact) => send({ kind: "artifact", job: jobKey(job), artifact }),
  });
  const begin: Plugin = {
    name: "weirflow.begin",
    onRunStart: ({ nodes }) => send({ kind: "begun", nodesTotal: nodes.length, inputs: recorded }),
  };
  const pending = new PendingNodes();
  try {
    return await task.graph.plan(job.outputs).run(values, {
      signal,
      plugins: [begin, recorder.plugin, pending.plugin],
      context: ({ name }, items) => ({
        attempt: job.attempt,
        log: nodeLog(name, (line) => send({ kind: "line", line })),
        progress: (done, total, text) =>
          send({ kind: "progress", text: said(placeOf(name, items), done, total, text) }),
        artifact: (artifact) => live.saved(artifacts.add(artifact, name)),
        checkpoint: checkpoints.of(placeOf(name, items)),
      }),
    });
  } catch (error) {
    // Nodes that were asked to stop may save something first. After a stray error nobody knows what still settles.
    if (signal.aborted && !(signal.reason instanceof StrayError)) await pending.settled();
    throw error;
  } finally {
    recorder.end();
    live[Symbol.dispose](); // the end is near, and carries them all
    await draw({ title: job.task, graph, nodes: recorder.nodes }, artifacts, send);
  }
}

function taskOf(flow: LoadedFlow, job: Job): LoadedTask {
  const task = flow.tasks.get(job.task);
  if (task === undefined) throw new UnknownTaskError(job.flow, job.task);
  return task;
}

function graphOf({ manifest }: LoadedFlow, { call }: Job): GraphDescription {
  return manifest.calls.find(({ id }) => id === call)?.graph ?? { nodes: [], edges: [] };
}

/** A node, and of which items: `model`, `model[3.0]`. */
function placeOf(node: string, items: readonly number[]): string {
  return items.length === 0 ? node : `${node}[${items.join(".")}]`;
}

function said(place: string, done: number, total?: number, text?: string): string {
  const steps = total === undefined ? String(done) : `${done} of ${total}`;
  return `${place}: ${steps}${text === undefined ? "" : `, ${text}`}`;
}

/** A graph that cannot be drawn is no reason to lose its results. */
async function draw(
  picture: Parameters<typeof addTaskPicture>[0],
  artifacts: Artifacts,
  send: (message: FromSlot) => void,
): Promise<void> {
  try {
    await addTaskPicture(picture, artifacts);
  } catch (error) {
    const message = `the graph could not be drawn: ${error instanceof Error ? error.message : String(error)}`;
    send({ kind: "line", line: { level: "warn", at: new Date().toISOString(), message } });
  }
}

/** What a node threw says whether another attempt may help; a plain error may be anything, so it may. */
function isRetryable(error: unknown): boolean {
  const thrown = nodeOf(error) === undefined ? error : (error as Error).cause;
  return !isWeirError(thrown) || thrown.disposition === "retry";
}

function errorOf(error: unknown): JobResult["error"] & object {
  const node = nodeOf(error);
  const record = toErrorRecord(error);
  return node === undefined ? record : { ...record, node };
}

/** The node that failed; `undefined` for an error of the graph itself. */
function nodeOf(error: unknown): string | undefined {
  if (!isWeirError(error) || error.code !== "dag/node-failed") return undefined;
  const { node } = error.data();
  return typeof node === "string" ? node : undefined;
}
