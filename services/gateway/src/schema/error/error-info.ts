import { type JsonObject, jsonObjectSchema } from "@weirflow/contracts";
import type { ErrorRecord } from "@weirflow/errors";
import { builder } from "../builder.ts";
import { TaskRunRef } from "../run/task-run-ref.ts";

/** An error that is kept, and where it happened. */
export type KeptError = ErrorRecord & { readonly taskRunId?: string | undefined };

/** An error of a run, a task run, an attempt or a node. */
export const ErrorInfoRef = builder.objectRef<KeptError>("ErrorInfo");

ErrorInfoRef.implement({
  description: "A failure, as far as it is known.",
  fields: (t) => ({
    code: t.exposeString("code", {
      description: "Stable identifier; `unknown` for an error of one's own code.",
    }),
    message: t.exposeString("message", { description: "What is wrong." }),
    hint: t.string({
      nullable: true,
      description: "What to do next.",
      resolve: ({ hint }) => hint,
    }),
    node: t.string({
      nullable: true,
      description: "The node that failed.",
      resolve: ({ node }) => node,
    }),
    stack: t.string({
      nullable: true,
      description: "Where in the code.",
      resolve: ({ stack }) => stack,
    }),
    taskRun: t.field({
      type: TaskRunRef,
      nullable: true,
      description: "The task run that failed.",
      resolve: ({ taskRunId }) => taskRunId,
    }),
    data: t.field({
      type: "JSONObject",
      nullable: true,
      description: "The facts behind the message.",
      resolve: ({ data }): JsonObject | undefined => jsonObjectSchema.safeParse(data).data,
    }),
    cause: t.field({
      type: ErrorInfoRef,
      nullable: true,
      description: "The error that led to this one.",
      resolve: ({ cause }) => cause,
    }),
  }),
});
