import { cancelRun } from "../../command/cancel-run.ts";
import { InvalidStateError, NotFoundError } from "../../errors.ts";
import { builder } from "../builder.ts";
import { RunRef } from "./run-ref.ts";

const CancelRunInput = builder.inputType("CancelRunInput", {
  description: "A run to cancel.",
  fields: (t) => ({
    id: t.id({ required: true, description: "`Run:<uuid>` or the bare uuid." }),
    reason: t.string({ description: "Shown with the run." }),
  }),
});

const CancelRunPayload = builder
  .objectRef<{ readonly runId: string }>("CancelRunPayload")
  .implement({
    description: "A run is being cancelled.",
    fields: (t) => ({
      run: t.field({ type: RunRef, description: "The run.", resolve: ({ runId }) => runId }),
    }),
  });

builder.mutationField("cancelRun", (t) =>
  t.field({
    type: CancelRunPayload,
    description: "Cancels a run: what has not started at once, what runs through its worker.",
    errors: { types: [NotFoundError, InvalidStateError] },
    args: {
      input: t.arg({ type: CancelRunInput, required: true, description: "What to cancel." }),
    },
    resolve: async (_root, { input }, context) => ({ runId: await cancelRun(context, input) }),
  }),
);
