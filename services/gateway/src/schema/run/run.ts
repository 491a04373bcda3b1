import { isTerminal } from "@weirflow/contracts";
import { pageOfRuns, type RunRow } from "@weirflow/store";
import { traceIdOf } from "@weirflow/telemetry";
import { builder } from "../builder.ts";
import { DeploymentRef } from "../deployment/deployment-ref.ts";
import { RunStateEnum } from "../error/errors.ts";
import { FlowRef } from "../flow/flow-ref.ts";
import { FlowVersionRef } from "../flow/flow-version.ts";
import { connectionOf } from "../paging.ts";
import { durationMs } from "./duration.ts";
import { RunFilterInput, storeFilter } from "./run-pages.ts";
import { RunOriginRef } from "./run-parts.ts";
import { RunConnection, runIdOf, RunRef } from "./run-ref.ts";

builder.objectType(RunRef, {
  description: "One execution of a flow.",
  fields: (t) => ({
    runId: t.exposeString("id", { description: "The bare uuid." }),
    flow: t.field({ type: FlowRef, description: "What runs.", resolve: ({ flow }) => flow }),
    flowName: t.exposeString("flow", { description: "Its name, without another look." }),
    version: t.field({
      type: FlowVersionRef,
      description: "As it was deployed.",
      resolve: (run) => run.version,
    }),
    deployment: t.field({
      type: DeploymentRef,
      description: "Which deployment.",
      resolve: (run) => run.deployment_id,
    }),
    state: t.field({
      type: RunStateEnum,
      description: "How it stands.",
      resolve: ({ state }) => state,
    }),
    isOver: t.boolean({
      description: "Whether it stays so for good.",
      resolve: ({ state }) => isTerminal(state),
    }),
    reason: t.string({
      nullable: true,
      description: "Why it stands so.",
      resolve: ({ reason }) => reason,
    }),
    revision: t.exposeInt("revision", {
      description: "Rises with each change; pass it to `runChanged(after:)`.",
    }),
    params: t.field({
      type: "JSONObject",
      description: "Its parameters.",
      resolve: ({ params }) => params,
    }),
    origin: t.field({ type: RunOriginRef, description: "What started it.", resolve: (run) => run }),
  }),
});

builder.objectFields(RunRef, (t) => ({
  createdAt: t.field({
    type: "DateTime",
    description: "Accepted.",
    resolve: (run) => run.created_at,
  }),
  startedAt: t.field({
    type: "DateTime",
    nullable: true,
    description: "When its first task began.",
    resolve: (run) => run.started_at,
  }),
  endedAt: t.field({
    type: "DateTime",
    nullable: true,
    description: "When it was over.",
    resolve: (run) => run.ended_at,
  }),
  durationMs: t.float({
    nullable: true,
    description: "From start to end, once it is over.",
    resolve: (run) => durationMs(run.started_at, run.ended_at),
  }),
  scheduledFor: t.field({
    type: "DateTime",
    nullable: true,
    description: "The occurrence that it stands for.",
    resolve: (run) => run.scheduled_for,
  }),
  traceId: t.string({
    nullable: true,
    description: "Of its trace, from what started it to its last node.",
    resolve: ({ traceparent }) => traceIdOf({ traceparent: traceparent ?? undefined }),
  }),
}));

builder.queryFields((t) => ({
  run: t.field({
    type: RunRef,
    nullable: true,
    description: "A run by its id.",
    args: { id: t.arg.id({ required: true, description: "`Run:<uuid>` or the bare uuid." }) },
    resolve: (_root, { id }) => runIdOf(id),
  }),
  runs: t.connection(
    {
      type: RunRef,
      description: "Runs, newest first.",
      args: { filter: t.arg({ type: RunFilterInput, description: "Which of them." }) },
      resolve: async (_root, args, context) => {
        const filter = await storeFilter(context, args.filter);
        return await connectionOf({
          args,
          keyOf: ({ id }: RunRow) => id,
          load: async (page) =>
            filter === undefined
              ? []
              : await pageOfRuns(context.store, { filter, page }, context.signal),
        });
      },
    },
    RunConnection,
  ),
}));
