import { builder } from "../builder.ts";
import { ArtifactRef } from "./artifact-ref.ts";
import { TaskRunRef } from "./task-run-ref.ts";

const ArtifactKind = builder.enumType("ArtifactKind", {
  description: "How an artifact is shown.",
  values: {
    GRAPH: { value: "graph" },
    TABLE: { value: "table" },
    CHART: { value: "chart" },
    MARKDOWN: { value: "markdown" },
    IMAGE: { value: "image" },
    LINK: { value: "link" },
    FILE: { value: "file" },
  } as const,
});

builder.objectType(ArtifactRef, {
  description:
    "Something that a task saved for people to look at; while the task runs, as it was saved last.",
  fields: (t) => ({
    key: t.exposeString("key", { description: "Unique in its task run." }),
    kind: t.field({
      type: ArtifactKind,
      description: "How it is shown.",
      resolve: ({ kind }) => kind,
    }),
    title: t.string({ nullable: true, description: "For people.", resolve: ({ title }) => title }),
    mediaType: t.exposeString("mediaType", { description: "Of its bytes." }),
    fileName: t.string({
      nullable: true,
      description: "To save it under.",
      resolve: (row) => row.fileName,
    }),
    sizeBytes: t.exposeFloat("sizeBytes", { description: "Of its bytes." }),
    blobHash: t.exposeString("blobHash", { description: "sha-256 of its bytes." }),
    taskRun: t.field({
      type: TaskRunRef,
      description: "Who saved it.",
      resolve: (row) => row.taskRunId,
    }),
    createdAt: t.field({
      type: "DateTime",
      description: "When it was seen first.",
      resolve: (row) => row.createdAt,
    }),
    updatedAt: t.field({
      type: "DateTime",
      description: "When something last took the place of what was under its key.",
      resolve: (row) => row.updatedAt,
    }),
    url: t.string({
      description:
        "Path on this server; what it answers may change while the task runs, as `blobHash` does.",
      resolve: ({ runId, taskRunId, key }) =>
        `/artifacts/${runId}/${taskRunId}/${encodeURIComponent(key)}`,
    }),
  }),
});
