import {
  type FlowManifest,
  flowManifestSchema,
  type GraphDescription,
  type RetrySpec,
  type TaskCall,
} from "@weirflow/contracts";
import { FlowError } from "../errors.ts";
import { retryDelays, retryLimit } from "../flow/call-problems.ts";
import type { Flow } from "../flow/flow.ts";
import { type RecordedFlow, recordFlow } from "../flow/record-flow.ts";
import type { RecordedCall } from "../flow/recorder.ts";
import { durationMs } from "../task/duration.ts";
import type { TaskOptions } from "../task/task-options.ts";
import { flowVersion } from "./flow-version.ts";

/** What a manifest takes from whoever loaded the flow. */
export interface ManifestOptions {
  /** The graph of each task, by the task's name, with code versions. */
  readonly graphs: Readonly<Record<string, GraphDescription>>;
  readonly source?: FlowManifest["source"];
}

const DEFAULT_POOL = "cpu";
const DEFAULT_DELAY_MS = 1_000;

/**
 * A flow as JSON, with the version that names it: what `weir deploy` sends.
 *
 * @throws {@link FlowError} `flow/invalid`, listing every problem.
 * @example
 * const manifest = manifestOf(absenteeism, { graphs: { prepareData: graph } });
 */
export function manifestOf(flow: Flow, options: ManifestOptions): FlowManifest {
  const recorded = recordFlow(flow);
  const unversioned = {
    flow: recorded.name,
    ...(recorded.description === undefined ? {} : { description: recorded.description }),
    paramsSchema: recorded.paramsSchema,
    configs: recorded.configs,
    calls: recorded.calls.map((call) => taskCall(call, graphOf(recorded, call, options))),
    results: recorded.results,
    schedules: [...recorded.schedules],
    triggers: [...recorded.triggers],
    ...(options.source === undefined ? {} : { source: options.source }),
  };
  return flowManifestSchema.parse({ ...unversioned, version: flowVersion(unversioned) });
}

function graphOf(
  { name }: RecordedFlow,
  { task }: RecordedCall,
  { graphs }: ManifestOptions,
): GraphDescription {
  const graph = graphs[task.name];
  if (graph !== undefined) return graph;
  const message = `the graph of the task "${task.name}" is not described`;
  throw new FlowError(name, [{ code: "flow/no-graph", message, fix: "describe every task" }]);
}

function taskCall(call: RecordedCall, graph: GraphDescription): TaskCall {
  const { id, task, inputs, needs } = call;
  const options: TaskOptions = { ...task.options, ...call.options };
  const { memoryBytes } = options;
  const timeoutMs = options.timeout === undefined ? undefined : durationMs(options.timeout);
  return {
    id,
    task: task.name,
    pool: options.pool ?? DEFAULT_POOL,
    inputs,
    outputs: [...task.outputs],
    needs: [...needs],
    retries: retrySpec(options.retries),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    cache: options.cache ?? false,
    concurrency: [...(options.concurrency ?? [])],
    graph,
  };
}

function retrySpec(retries: TaskOptions["retries"]): RetrySpec {
  const delaysMs = retryDelays(retries).map((delay) => durationMs(delay) ?? DEFAULT_DELAY_MS);
  return {
    limit: retryLimit(retries),
    delaysMs: delaysMs.length === 0 ? [DEFAULT_DELAY_MS] : delaysMs,
  };
}
