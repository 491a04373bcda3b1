import { AttemptState } from "@weirflow/contracts";
import type { AttemptRow } from "@weirflow/store";
import { builder } from "../builder.ts";
import { ErrorInfoRef } from "../error/error-info.ts";
import { durationMs } from "./duration.ts";

const AttemptStateEnum = builder.enumType("AttemptState", {
  description: "States of an attempt; all but RUNNING are final.",
  values: Object.values(AttemptState),
});

/** One try of a task run. */
export const AttemptRef = builder.objectRef<AttemptRow>("Attempt").implement({
  description: "One try of a task run.",
  fields: (t) => ({
    number: t.exposeInt("number", { description: "From 1." }),
    state: t.field({
      type: AttemptStateEnum,
      description: "How it stands.",
      resolve: ({ state }) => state,
    }),
    worker: t.string({
      nullable: true,
      description: "Who ran it.",
      resolve: ({ worker }) => worker,
    }),
    startedAt: t.field({
      type: "DateTime",
      description: "When it was claimed.",
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
    backend: t.string({
      nullable: true,
      description: "The tensor back end that ran.",
      resolve: (row) => row.backend,
    }),
    nodeCount: t.int({
      nullable: true,
      description: "Nodes that ended.",
      resolve: (row) => row.node_count,
    }),
    error: t.field({
      type: ErrorInfoRef,
      nullable: true,
      description: "Why it failed.",
      resolve: (row) => row.error && { ...row.error, taskRunId: row.task_run_id },
    }),
  }),
});
