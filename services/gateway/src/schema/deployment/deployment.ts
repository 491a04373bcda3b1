import {
  type DeploymentRow,
  pageOfDeployments,
  type ScheduleRow,
  schedulesOfDeployments,
} from "@weirflow/store";
import { builder } from "../builder.ts";
import { FlowRef } from "../flow/flow-ref.ts";
import { FlowVersionRef } from "../flow/flow-version.ts";
import { connectionOf } from "../paging.ts";
import { RunFilterInput, runsOfDeployment } from "../run/run-pages.ts";
import { RunConnection, RunRef } from "../run/run-ref.ts";
import { DeploymentConnection, DeploymentRef } from "./deployment-ref.ts";
import { findDeployment } from "./find-deployment.ts";
import { ScheduleRef } from "./schedule.ts";
import { triggersOf } from "./triggers-of.ts";
import { TriggerRef } from "./trigger.ts";

builder.objectType(DeploymentRef, {
  description: "A flow version with parameters, schedules and triggers.",
  fields: (t) => ({
    deploymentId: t.exposeString("id", { description: "The bare uuid." }),
    flow: t.field({ type: FlowRef, description: "What it runs.", resolve: ({ flow }) => flow }),
    name: t.exposeString("name", { description: "Unique in its flow." }),
    version: t.field({
      type: FlowVersionRef,
      description: "The version that its next run takes.",
      resolve: ({ version }) => version,
    }),
    params: t.field({
      type: "JSONObject",
      description: "Parameters that every run starts from.",
      resolve: ({ params }) => params,
    }),
    paused: t.exposeBoolean("paused", { description: "Whether schedules and triggers rest." }),
    createdAt: t.field({
      type: "DateTime",
      description: "First deployed.",
      resolve: (row) => row.createdAt,
    }),
    updatedAt: t.field({
      type: "DateTime",
      description: "Last deployed.",
      resolve: (row) => row.updatedAt,
    }),
    schedules: t.loadableGroup({
      type: ScheduleRef,
      description: "When it runs by itself.",
      load: async (ids: string[], { store, signal }) =>
        await schedulesOfDeployments(store, ids, signal),
      // Rows are what the loader gave.
      group: (schedule) => (schedule as ScheduleRow).deploymentId,
      resolve: ({ id }) => id,
    }),
    triggers: t.field({
      type: [TriggerRef],
      description: "Which messages start a run.",
      resolve: async (deployment, _args, context) => await triggersOf(context, deployment),
    }),
    runs: t.connection(
      {
        type: RunRef,
        description: "Its runs, newest first.",
        args: { filter: t.arg({ type: RunFilterInput, description: "Which of them." }) },
        resolve: async ({ id }, args, context) => await runsOfDeployment(context, id, args),
      },
      RunConnection,
    ),
  }),
});

builder.queryFields((t) => ({
  deployment: t.field({
    type: DeploymentRef,
    nullable: true,
    description: "A deployment by name or id.",
    args: {
      ref: t.arg.string({
        required: true,
        description: "`flow/name`, `flow` (its deployment `default`) or an id.",
      }),
    },
    resolve: async (_root, { ref }, context): Promise<DeploymentRow | undefined> =>
      await findDeployment(context, ref),
  }),
  deployments: t.connection(
    {
      type: DeploymentRef,
      description: "All deployments, oldest first.",
      args: { flow: t.arg.string({ description: "Those of this flow." }) },
      resolve: async (_root, args, { store, signal }) =>
        await connectionOf({
          args,
          keyOf: ({ id }: DeploymentRow) => id,
          load: async (page) =>
            await pageOfDeployments(store, { flow: args.flow ?? undefined, page }, signal),
        }),
    },
    DeploymentConnection,
  ),
}));
