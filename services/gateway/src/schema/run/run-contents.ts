import {
  type PinnedConfigRow,
  pinnedConfigsOfRuns,
  type TaskRunRow,
  taskRunsOfRuns,
} from "@weirflow/store";
import { builder } from "../builder.ts";
import { ErrorInfoRef } from "../error/error-info.ts";
import { LineageSummaryRef, summaryOf } from "../lineage/lineage-summary.ts";
import { ArtifactRef } from "./artifact-ref.ts";
import { artifactsOfRun } from "./artifacts-of.ts";
import { LogLevelEnum, LogLineConnection, LogLineRef, pageOfLogs } from "./log-line.ts";
import { PinnedConfigRef, resultsOf, RunResultRef } from "./run-parts.ts";
import { RunRef } from "./run-ref.ts";
import { TaskRunRef } from "./task-run-ref.ts";

builder.objectFields(RunRef, (t) => ({
  error: t.field({
    type: ErrorInfoRef,
    nullable: true,
    description: "The failure that ended it.",
    resolve: ({ error }) => error,
  }),
  results: t.field({
    type: [RunResultRef],
    description: "What it returned.",
    resolve: resultsOf,
  }),
  configs: t.loadableGroup({
    type: PinnedConfigRef,
    description: "The config documents that it took.",
    load: async (ids: string[], { store, signal }) => await pinnedConfigsOfRuns(store, ids, signal),
    group: ({ runId }: PinnedConfigRow) => runId,
    resolve: ({ id }) => id,
  }),
  taskRuns: t.loadableGroup({
    type: TaskRunRef,
    description: "Its tasks, in the order of the flow.",
    load: async (ids: string[], { store, signal }) => await taskRunsOfRuns(store, ids, signal),
    // Rows are what the loader gave.
    group: (taskRun) => (taskRun as TaskRunRow).run_id,
    resolve: ({ id }) => id,
  }),
  artifacts: t.field({
    type: [ArtifactRef],
    description: "What its tasks saved for people to look at.",
    resolve: async ({ id }, _args, context) => await artifactsOfRun(context, id),
  }),
  logs: t.connection(
    {
      type: LogLineRef,
      description: "What its nodes logged, oldest first.",
      args: { level: t.arg({ type: LogLevelEnum, description: "This level and those above." }) },
      resolve: async ({ id }, args, context) => await pageOfLogs(context, id, args),
    },
    LogLineConnection,
  ),
  lineage: t.field({
    type: LineageSummaryRef,
    description: "How much is known of where its values came from.",
    resolve: async ({ id }, _args, context) => await summaryOf(context, id),
  }),
}));
