import { deployFlow } from "../../command/deploy-flow.ts";
import { InvalidInputError } from "../../errors.ts";
import { builder } from "../builder.ts";
import { DeploymentRef } from "./deployment-ref.ts";

const DeployInput = builder.inputType("DeployInput", {
  description: "A flow to deploy.",
  fields: (t) => ({
    manifest: t.field({
      type: "JSONObject",
      required: true,
      description: "The flow as `weir deploy` writes it.",
    }),
    name: t.string({ description: "Of the deployment; `default` unless told." }),
    params: t.field({ type: "JSONObject", description: "Parameters that every run starts from." }),
    paused: t.boolean({ description: "Whether schedules and triggers rest." }),
  }),
});

const DeployPayload = builder
  .objectRef<{ readonly deploymentId: string; readonly created: boolean }>("DeployPayload")
  .implement({
    description: "A flow was deployed.",
    fields: (t) => ({
      deployment: t.field({
        type: DeploymentRef,
        description: "The deployment.",
        resolve: ({ deploymentId }) => deploymentId,
      }),
      created: t.exposeBoolean("created", {
        description: "False when it existed and was brought to this version.",
      }),
    }),
  });

builder.mutationField("deploy", (t) =>
  t.field({
    type: DeployPayload,
    description: "Makes a deployment, or brings an existing one to this version.",
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: DeployInput, required: true, description: "What to deploy." }) },
    resolve: async (_root, { input }, context) => await deployFlow(context, input),
  }),
);
