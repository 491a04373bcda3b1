import { type FlowRow, pageOfFlows } from "@weirflow/store";
import { builder } from "../builder.ts";
import { deploymentsOfFlow } from "../deployment/deployment-pages.ts";
import { DeploymentConnection, DeploymentRef } from "../deployment/deployment-ref.ts";
import { connectionOf } from "../paging.ts";
import { RunFilterInput, runsOfFlow } from "../run/run-pages.ts";
import { RunConnection, RunRef } from "../run/run-ref.ts";
import { FlowConnection, FlowRef } from "./flow-ref.ts";
import { FlowVersionRef } from "./flow-version.ts";

builder.objectType(FlowRef, {
  description: "A DAG of tasks with parameters, configs, schedules and triggers.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "Unique." }),
    description: t.string({
      nullable: true,
      description: "What the author says of it.",
      resolve: async ({ version }, _args, context) =>
        (await FlowVersionRef.getDataloader(context).load(version)).manifest.description,
    }),
    version: t.field({
      type: FlowVersionRef,
      description: "The version that was deployed last.",
      resolve: ({ version }) => version,
    }),
    createdAt: t.field({
      type: "DateTime",
      description: "When it was first deployed.",
      resolve: ({ createdAt }) => createdAt,
    }),
    deployments: t.connection(
      {
        type: DeploymentRef,
        description: "Its deployments, oldest first.",
        resolve: async ({ name }, args, context) => await deploymentsOfFlow(context, name, args),
      },
      DeploymentConnection,
    ),
    runs: t.connection(
      {
        type: RunRef,
        description: "Its runs, newest first.",
        args: { filter: t.arg({ type: RunFilterInput, description: "Which of them." }) },
        resolve: async ({ name }, args, context) => await runsOfFlow(context, name, args),
      },
      RunConnection,
    ),
  }),
});

builder.queryFields((t) => ({
  flow: t.field({
    type: FlowRef,
    nullable: true,
    description: "A flow by its name.",
    args: { name: t.arg.string({ required: true, description: "Of the flow." }) },
    resolve: (_root, { name }) => name,
  }),
  flows: t.connection(
    {
      type: FlowRef,
      description: "All flows by name.",
      resolve: async (_root, args, { store, signal }) =>
        await connectionOf({
          args,
          keyOf: ({ name }: FlowRow) => name,
          isKey: () => true,
          load: async (page) => await pageOfFlows(store, page, signal),
        }),
    },
    FlowConnection,
  ),
}));
