import {
  downstream,
  type LineageStep,
  type Reproduction,
  reproduce,
  runsUsing,
  upstream,
  type ValueRow,
  valuesByHash,
} from "@weirflow/lineage-store";
import { builder } from "../builder.ts";
import { MAX_PAGE } from "../paging.ts";
import { ValueSummaryRef } from "../run/output.ts";
import { RunRef } from "../run/run-ref.ts";

/** Steps of a walk that are shown; the whole walk is for programs that ask the lineage store. */
const MAX_STEPS = 1_000;

const ValueRef = builder.objectRef<ValueRow>("Value");

const LineageStepRef = builder.objectRef<LineageStep>("LineageStep").implement({
  description: "A node on the way from or to a value.",
  fields: (t) => ({
    run: t.field({
      type: RunRef,
      nullable: true,
      description: "Its run.",
      resolve: ({ runId }) => runId,
    }),
    runId: t.exposeString("runId", { description: "Of its run." }),
    taskRunId: t.exposeString("taskRunId", { description: "Of its task run." }),
    attempt: t.exposeInt("attempt", { description: "In which attempt." }),
    call: t.exposeString("call", { description: "Its task's place in the flow." }),
    node: t.exposeString("node", { description: "Its name." }),
    valueHash: t.string({
      nullable: true,
      description: "Of its value.",
      resolve: (step) => step.valueHash,
    }),
    codeVersion: t.string({
      nullable: true,
      description: "Of its code.",
      resolve: (step) => step.codeVersion,
    }),
    depth: t.exposeInt("depth", { description: "Edges from the value." }),
  }),
});

const ReproductionRef = builder.objectRef<Reproduction>("Reproduction").implement({
  description: "All that it takes to make a value again.",
  fields: (t) => ({
    runId: t.exposeString("runId", { description: "The run that made it." }),
    taskRunId: t.exposeString("taskRunId", { description: "The task run that made it." }),
    attempt: t.exposeInt("attempt", { description: "In which attempt." }),
    flow: t.exposeString("flow", { description: "The flow." }),
    version: t.exposeString("version", { description: "The flow version." }),
    call: t.exposeString("call", { description: "The task's place in the flow." }),
    node: t.exposeString("node", { description: "The node." }),
    gitCommit: t.string({
      nullable: true,
      description: "The commit.",
      resolve: (how) => how.gitCommit,
    }),
    graphHash: t.exposeString("graphHash", { description: "The graph." }),
    configs: t.field({
      type: "JSONObject",
      description: "Config documents and their versions.",
      resolve: ({ configs }) =>
        Object.fromEntries(Object.entries(configs).map(([key, one]) => [key, { ...one }])),
    }),
    inputs: t.field({
      type: "JSONObject",
      description: "Hashes of the task's inputs.",
      resolve: ({ inputs }) => inputs,
    }),
    backend: t.field({
      type: "JSONObject",
      nullable: true,
      description: "The tensor back end that ran.",
      resolve: ({ backend }) => backend,
    }),
  }),
});

ValueRef.implement({
  description: "A value by the hash of its content.",
  fields: (t) => ({
    hash: t.exposeString("valueHash", { description: "64 hex digits, or `opaque:…`." }),
    codec: t.string({
      nullable: true,
      description: "What wrote its bytes.",
      resolve: ({ codec }) => codec,
    }),
    sizeBytes: t.float({
      nullable: true,
      description: "Encoded.",
      resolve: (row) => row.sizeBytes,
    }),
    blobHash: t.string({
      nullable: true,
      description: "Key in the value store.",
      resolve: (row) => row.blobHash,
    }),
    summary: t.field({
      type: ValueSummaryRef,
      nullable: true,
      description: "What it looks like.",
      resolve: ({ summary }) => summary,
    }),
    upstream: t.field({
      type: [LineageStepRef],
      description: `What it was made from, nearest first; at most ${MAX_STEPS}.`,
      resolve: async ({ valueHash }, _args, { lineage, signal }) =>
        await upstream(lineage, { valueHash, limit: MAX_STEPS }, signal),
    }),
    downstream: t.field({
      type: [LineageStepRef],
      description: `What was made from it, nearest first; at most ${MAX_STEPS}.`,
      resolve: async ({ valueHash }, _args, { lineage, signal }) =>
        await downstream(lineage, { valueHash, limit: MAX_STEPS }, signal),
    }),
    usedBy: t.field({
      type: [RunRef],
      description: `Runs whose tasks were given it, newest first; at most ${MAX_PAGE}.`,
      resolve: async ({ valueHash }, _args, { lineage, signal }) =>
        await runsUsing(lineage, { valueHash, limit: MAX_PAGE }, signal),
    }),
    reproduction: t.field({
      type: ReproductionRef,
      nullable: true,
      description: "How it was made; null for an input that no node made.",
      resolve: async ({ valueHash }, _args, { lineage, signal }) =>
        await reproduce(lineage, valueHash, signal),
    }),
  }),
});

builder.queryField("value", (t) =>
  t.field({
    type: ValueRef,
    nullable: true,
    description: "A value by its hash.",
    args: { hash: t.arg.string({ required: true, description: "64 hex digits, or `opaque:…`." }) },
    resolve: async (_root, { hash }, { lineage, signal }) =>
      (await valuesByHash(lineage, [hash], signal))[0],
  }),
);
