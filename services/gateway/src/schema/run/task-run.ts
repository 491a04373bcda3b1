import { TaskRunState } from "@weirflow/contracts";
import { builder } from "../builder.ts";
import { ErrorInfoRef } from "../error/error-info.ts";
import { bareId } from "../ids.ts";
import { durationMs } from "./duration.ts";
import { RunRef } from "./run-ref.ts";
import { TaskRunRef } from "./task-run-ref.ts";

const TaskRunStateEnum = builder.enumType("TaskRunState", {
  description: "States of a task run; the last six are final.",
  values: Object.values(TaskRunState),
});

builder.objectType(TaskRunRef, {
  description: "One task in a run.",
  fields: (t) => ({
    taskRunId: t.exposeString("id", { description: "The bare uuid." }),
    run: t.field({ type: RunRef, description: "Its run.", resolve: (row) => row.run_id }),
    call: t.exposeString("call", { description: "Its place in the flow." }),
    task: t.exposeString("task", { description: "The task's name." }),
    pool: t.exposeString("pool", { description: "Whose workers run it." }),
    state: t.field({
      type: TaskRunStateEnum,
      description: "How it stands.",
      resolve: ({ state }) => state,
    }),
    reason: t.string({
      nullable: true,
      description: "Why it stands so.",
      resolve: ({ reason }) => reason,
    }),
    attempt: t.exposeInt("attempt", {
      description: "The attempt that counts; 0 before the first.",
    }),
    createdAt: t.field({
      type: "DateTime",
      description: "Of its run.",
      resolve: (row) => row.created_at,
    }),
    startedAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "Of its first attempt.",
      resolve: (row) => row.started_at,
    }),
    endedAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "When it was over.",
      resolve: (row) => row.ended_at,
    }),
    durationMs: t.float({
      nullable: true,
      description: "From start to end, once it is over.",
      resolve: (row) => durationMs(row.started_at, row.ended_at),
    }),
    error: t.field({
      type: ErrorInfoRef,
      nullable: true,
      description: "Why it failed.",
      resolve: (row) => row.error && { ...row.error, taskRunId: row.id },
    }),
  }),
});

builder.queryField("taskRun", (t) =>
  t.field({
    type: TaskRunRef,
    nullable: true,
    description: "A task run by its id.",
    args: { id: t.arg.id({ required: true, description: "`TaskRun:<uuid>` or the bare uuid." }) },
    resolve: (_root, { id }) => bareId("TaskRun", id),
  }),
);
