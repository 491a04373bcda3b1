import type { GraphDescription, TaskCall } from "@weirflow/contracts";
import { type AttemptRow, attemptsOfTaskRuns, type TaskRunRow } from "@weirflow/store";
import type { GatewayContext } from "../../context.ts";
import { builder } from "../builder.ts";
import { FlowVersionRef } from "../flow/flow-version.ts";
import { GraphRef } from "../graph/graph.ts";
import { nodeExecutionsOf } from "../lineage/executions-of.ts";
import { NodeExecutionRef } from "../lineage/node-execution.ts";
import { ArtifactRef } from "./artifact-ref.ts";
import { artifactsOfRun } from "./artifacts-of.ts";
import { AttemptRef } from "./attempt.ts";
import { OutputRef } from "./output.ts";
import { RunRef } from "./run-ref.ts";
import { TaskRunRef } from "./task-run-ref.ts";

builder.objectFields(TaskRunRef, (t) => ({
  needs: t.stringList({
    description: "The calls that must have succeeded before.",
    resolve: async (row, _args, context) => (await callOf(row, context))?.needs ?? [],
  }),
  graph: t.field({
    type: GraphRef,
    description: "Its nodes.",
    resolve: async (row, _args, context): Promise<GraphDescription> =>
      (await callOf(row, context))?.graph ?? { nodes: [], edges: [] },
  }),
  outputs: t.field({
    type: [OutputRef],
    description: "What it made, once it has succeeded.",
    resolve: ({ outputs }) => Object.entries(outputs ?? {}).map(([name, ref]) => ({ name, ref })),
  }),
  artifacts: t.field({
    type: [ArtifactRef],
    description: "What it saved for people to look at.",
    resolve: async (row, _args, context) =>
      (await artifactsOfRun(context, row.run_id)).filter(({ taskRunId }) => taskRunId === row.id),
  }),
  attempts: t.loadableGroup({
    type: AttemptRef,
    description: "Its tries, in order.",
    load: async (ids: string[], { store, signal }) => await attemptsOfTaskRuns(store, ids, signal),
    group: (attempt: AttemptRow) => attempt.task_run_id,
    resolve: ({ id }) => id,
  }),
  nodeExecutions: t.field({
    type: [NodeExecutionRef],
    description: "Its nodes as they ran: of the accepted attempt, or of the one that is asked for.",
    args: { attempt: t.arg.int({ description: "From 1." }) },
    resolve: async ({ id }, { attempt }, context) =>
      await nodeExecutionsOf(context, id, { attempt: attempt ?? undefined }),
  }),
}));

/** The call of a task run in the version of its flow. */
async function callOf(row: TaskRunRow, context: GatewayContext): Promise<TaskCall | undefined> {
  const run = await RunRef.getDataloader(context).load(row.run_id);
  const version = await FlowVersionRef.getDataloader(context).load(run.version);
  return version.manifest.calls.find(({ id }) => id === row.call);
}
