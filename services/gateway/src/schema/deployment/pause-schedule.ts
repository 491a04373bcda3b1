import type { ScheduleRow } from "@weirflow/store";
import { pauseSchedule } from "../../command/pause-schedule.ts";
import { NotFoundError } from "../../errors.ts";
import { builder } from "../builder.ts";
import { ScheduleRef } from "./schedule.ts";

const PauseScheduleInput = builder.inputType("PauseScheduleInput", {
  description: "A schedule to pause, or to let go on.",
  fields: (t) => ({
    deployment: t.string({
      required: true,
      description: "`flow/name`, `flow` (its deployment `default`) or an id.",
    }),
    slug: t.string({ required: true, description: "Of the schedule." }),
    paused: t.boolean({ defaultValue: true, description: "False lets it go on." }),
  }),
});

const PauseSchedulePayload = builder
  .objectRef<{ readonly schedule: ScheduleRow }>("PauseSchedulePayload")
  .implement({
    description: "A schedule was paused, or goes on.",
    fields: (t) => ({
      schedule: t.field({
        type: ScheduleRef,
        description: "The schedule.",
        resolve: ({ schedule }) => schedule,
      }),
    }),
  });

builder.mutationField("pauseSchedule", (t) =>
  t.field({
    type: PauseSchedulePayload,
    description:
      "Pauses a schedule or lets it go on; what fell due meanwhile follows its `catchUp`.",
    errors: { types: [NotFoundError] },
    args: {
      input: t.arg({ type: PauseScheduleInput, required: true, description: "Which schedule." }),
    },
    resolve: async (_root, { input }, context) => ({
      schedule: await pauseSchedule(context, { ...input, paused: input.paused ?? true }),
    }),
  }),
);
