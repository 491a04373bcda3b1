import { nodeHistory, type NodeExecutionRow } from "@weirflow/lineage-store";
import { builder } from "../builder.ts";
import { ErrorInfoRef } from "../error/error-info.ts";
import { MAX_PAGE } from "../paging.ts";
import { ValueSummaryRef } from "../run/output.ts";
import { RunRef } from "../run/run-ref.ts";
import { TaskRunRef } from "../run/task-run-ref.ts";

/** One node in an attempt. */
export const NodeExecutionRef = builder.objectRef<NodeExecutionRow>("NodeExecution");

const NodeState = builder.enumType("NodeState", {
  description: "How a node ended.",
  values: {
    SUCCEEDED: { value: "succeeded" },
    FAILED: { value: "failed" },
    CACHED: { value: "cached", description: "Its value was there already." },
    SKIPPED: { value: "skipped" },
    CANCELLED: { value: "cancelled" },
  } as const,
});

const CheckOutcomeRef = builder
  .objectRef<NonNullable<NodeExecutionRow["checks"]>[number]>("CheckOutcome")
  .implement({
    description: "What a check said of a node's value.",
    fields: (t) => ({
      name: t.exposeString("name", { description: "Of the check." }),
      ok: t.exposeBoolean("ok", { description: "Whether the value passed." }),
      level: t.exposeString("level", { description: "`fail` fails the node, `warn` does not." }),
      message: t.string({
        nullable: true,
        description: "Why not.",
        resolve: ({ message }) => message,
      }),
    }),
  });

NodeExecutionRef.implement({
  description: "One node in an attempt of a task run.",
  fields: (t) => ({
    run: t.field({
      type: RunRef,
      nullable: true,
      description: "Its run.",
      resolve: ({ runId }) => runId,
    }),
    taskRun: t.field({
      type: TaskRunRef,
      nullable: true,
      description: "Its task run.",
      resolve: ({ taskRunId }) => taskRunId,
    }),
    call: t.exposeString("call", { description: "Its task's place in the flow." }),
    attempt: t.exposeInt("attempt", { description: "In which attempt." }),
    node: t.exposeString("node", { description: "Its name." }),
    state: t.field({
      type: NodeState,
      description: "How it ended.",
      resolve: ({ state }) => state,
    }),
    startUs: t.exposeFloat("startUs", { description: "Since the attempt began, microseconds." }),
    durationUs: t.exposeFloat("durationUs", { description: "Microseconds." }),
    codeVersion: t.string({
      nullable: true,
      description: "sha-256 of the function and all that it reaches.",
      resolve: ({ codeVersion }) => codeVersion,
    }),
    cacheKey: t.string({
      nullable: true,
      description: "Of name, code and inputs; 128 bits.",
      resolve: ({ cacheKey }) => cacheKey,
    }),
  }),
});

builder.objectFields(NodeExecutionRef, (t) => ({
  valueHash: t.string({
    nullable: true,
    description: "Of its value.",
    resolve: (row) => row.valueHash,
  }),
  sizeBytes: t.float({
    nullable: true,
    description: "Of its value.",
    resolve: (row) => row.sizeBytes,
  }),
  summary: t.field({
    type: ValueSummaryRef,
    nullable: true,
    description: "What its value looks like.",
    resolve: ({ summary }) => summary,
  }),
  error: t.field({
    type: ErrorInfoRef,
    nullable: true,
    description: "Why it failed.",
    resolve: ({ error, taskRunId }) => error && { ...error, taskRunId },
  }),
  checks: t.field({
    type: [CheckOutcomeRef],
    description: "What its checks said.",
    resolve: ({ checks }) => checks ?? [],
  }),
  facts: t.field({
    type: "JSONObject",
    nullable: true,
    description: "What it told of where it read or wrote: path, size, rows, query.",
    resolve: ({ facts }) => facts,
  }),
}));

builder.queryField("nodeHistory", (t) =>
  t.field({
    type: [NodeExecutionRef],
    description: "What a node did in the newest runs of a flow, newest first.",
    args: {
      flow: t.arg.string({ required: true, description: "Of the flow." }),
      node: t.arg.string({ required: true, description: "Of the node." }),
      first: t.arg.int({ defaultValue: 30, description: `At most ${MAX_PAGE}.` }),
    },
    resolve: async (_root, { flow, node, first }, { lineage, signal }) => {
      const limit = Math.max(1, Math.min(first ?? 30, MAX_PAGE));
      return await nodeHistory(lineage, { flow, node, limit }, signal);
    },
  }),
);
