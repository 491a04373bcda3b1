import { startRun } from "../../command/start-run.ts";
import { InvalidInputError, NotFoundError } from "../../errors.ts";
import { builder } from "../builder.ts";
import { RunRef } from "./run-ref.ts";

const StartRunInput = builder.inputType("StartRunInput", {
  description: "A run to start.",
  fields: (t) => ({
    deployment: t.string({
      required: true,
      description: "`flow/name`, `flow` (its deployment `default`) or an id.",
    }),
    params: t.field({
      type: "JSONObject",
      description: "Beside and above those of the deployment.",
    }),
    idempotencyKey: t.string({ description: "The same key gives the same run." }),
  }),
});

const StartRunPayload = builder
  .objectRef<{ readonly runId: string; readonly created: boolean }>("StartRunPayload")
  .implement({
    description: "A run was accepted.",
    fields: (t) => ({
      run: t.field({ type: RunRef, description: "The run.", resolve: ({ runId }) => runId }),
      created: t.exposeBoolean("created", {
        description: "False when a run with this key existed.",
      }),
    }),
  });

builder.mutationField("startRun", (t) =>
  t.field({
    type: StartRunPayload,
    description: "Starts a run of a deployment, once its parameters fit their schema.",
    errors: { types: [InvalidInputError, NotFoundError] },
    args: { input: t.arg({ type: StartRunInput, required: true, description: "What to start." }) },
    resolve: async (_root, { input }, context) => await startRun(context, input),
  }),
);
