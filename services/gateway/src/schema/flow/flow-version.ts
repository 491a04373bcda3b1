import type { ConfigBinding, TaskCall } from "@weirflow/contracts";
import { type FlowVersionRow, flowVersionsByHashes } from "@weirflow/store";
import { builder } from "../builder.ts";
import { GraphRef } from "../graph/graph.ts";
import { loaded } from "../ids.ts";
import { FlowRef } from "./flow-ref.ts";

/** A version of a flow; by its hash it is loaded when it is needed. */
export const FlowVersionRef = builder.loadableNodeRef("FlowVersion", {
  id: { resolve: (version: FlowVersionRow) => version.hash },
  load: async (hashes: string[], { store, signal }) =>
    await loaded(
      hashes,
      () => true,
      async (known) => await flowVersionsByHashes(store, known, signal),
    ),
  toKey: (version) => version.hash,
});

const TaskCallRef = builder.objectRef<TaskCall>("TaskCall");
const ConfigBindingRef = builder.objectRef<ConfigBinding & { readonly key: string }>(
  "ConfigBinding",
);

builder.objectType(FlowVersionRef, {
  description: "A flow as it was deployed; it never changes.",
  fields: (t) => ({
    hash: t.exposeString("hash", { description: "64 hex digits." }),
    flow: t.field({
      type: FlowRef,
      description: "Whose version it is.",
      resolve: ({ flow }) => flow,
    }),
    createdAt: t.field({
      type: "DateTime",
      description: "When it was first deployed.",
      resolve: ({ createdAt }) => createdAt,
    }),
    paramsSchema: t.field({
      type: "JSONObject",
      description: "JSON Schema (2020-12) of the parameters.",
      resolve: ({ manifest }) => manifest.paramsSchema,
    }),
    calls: t.field({
      type: [TaskCallRef],
      description: "Its tasks: the vertices of its DAG.",
      resolve: ({ manifest }) => manifest.calls,
    }),
    configs: t.field({
      type: [ConfigBindingRef],
      description: "The config documents that it reads.",
      resolve: ({ manifest }) =>
        Object.entries(manifest.configs).map(([key, binding]) => ({ key, ...binding })),
    }),
    gitCommit: t.string({
      nullable: true,
      description: "The commit that it was deployed from.",
      resolve: ({ manifest }) => manifest.source?.gitCommit,
    }),
  }),
});

ConfigBindingRef.implement({
  description: "A config document that a flow reads.",
  fields: (t) => ({
    key: t.exposeString("key", { description: "What the flow calls it." }),
    name: t.exposeString("name", { description: "Of the document." }),
    schema: t.field({
      type: "JSONObject",
      description: "JSON Schema (2020-12) of the document.",
      resolve: ({ schema }) => schema,
    }),
  }),
});

TaskCallRef.implement({
  description: "One task in a flow.",
  fields: (t) => ({
    id: t.exposeString("id", { description: "Unique in the flow." }),
    task: t.exposeString("task", { description: "The task's name." }),
    pool: t.exposeString("pool", { description: "Whose workers run it." }),
    inputs: t.stringList({
      description: "Their names.",
      resolve: ({ inputs }) => Object.keys(inputs),
    }),
    outputs: t.stringList({ description: "Their names.", resolve: ({ outputs }) => outputs }),
    needs: t.stringList({
      description: "Ids of the calls that must have succeeded before.",
      resolve: ({ needs }) => needs,
    }),
    retries: t.int({
      description: "Attempts beyond the first.",
      resolve: ({ retries }) => retries.limit,
    }),
    timeoutMs: t.float({
      nullable: true,
      description: "An attempt that runs longer is ended.",
      resolve: ({ timeoutMs }) => timeoutMs,
    }),
    memoryBytes: t.float({
      nullable: true,
      description:
        "An attempt that holds more memory is ended; null is as much as its worker allows.",
      resolve: ({ memoryBytes }) => memoryBytes,
    }),
    cache: t.exposeBoolean("cache", { description: "Whether its nodes are cached." }),
    graph: t.field({ type: GraphRef, description: "Its nodes.", resolve: ({ graph }) => graph }),
  }),
});
