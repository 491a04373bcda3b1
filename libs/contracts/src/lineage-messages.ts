import * as z from "zod";
import { errorRecordSchema } from "./error-record-schema.ts";
import { graphDescriptionSchema } from "./graph-description.ts";
import { idSchemas } from "./ids.ts";
import { jsonObjectSchema } from "./json.ts";
import { valueRefSchema } from "./value-ref.ts";

const attempt = z.number().int().positive();
const hash = z.string().min(1).max(200);

/** At most 50 plain values by name: paths, sizes, rows, queries. */
const nodeFactsSchema = z
  .record(z.string().max(100), z.union([z.string().max(1_000), z.number(), z.boolean(), z.null()]))
  .refine((facts) => Object.keys(facts).length <= 50, { error: "more than 50 facts" });

/** One node in an attempt. */
export const nodeExecutionSchema = z.object({
  node: z.string(),
  state: z.enum(["succeeded", "failed", "cached", "skipped", "cancelled"]),
  /** Since the start of the attempt, microseconds. */
  startUs: z.number().int().nonnegative(),
  durationUs: z.number().int().nonnegative(),
  /** Content hash, 64 hex digits, or `opaque:…`. Absent when the node made no value. */
  valueHash: hash.optional(),
  /** Name + code version + input hashes, 64 hex digits: equal keys and different values mean nondeterminism. */
  cacheKey: hash.optional(),
  sizeBytes: z.number().int().nonnegative().optional(),
  summary: valueRefSchema.options[0].shape.summary,
  error: errorRecordSchema.optional(),
  /** Outcomes of the node's checks: failed ones say why. */
  checks: z
    .array(
      z.object({
        name: z.string(),
        ok: z.boolean(),
        level: z.enum(["warn", "fail"]),
        message: z.string().optional(),
      }),
    )
    .optional(),
  /** What the node told of where it read or wrote, by name. */
  facts: nodeFactsSchema.optional(),
});

/** What is said once per attempt: stands in the first chunk. */
export const lineageHeaderSchema = z.object({
  flow: z.string(),
  version: idSchemas.flowVersion,
  call: z.string(),
  task: z.string(),
  pool: z.string(),
  /** Hash of the graph: names, edges and code versions; 64 hex digits. */
  graphHash: z.string().regex(/^[0-9a-f]{64}$/),
  graph: graphDescriptionSchema,
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  outcome: z.enum(["succeeded", "failed", "cancelled", "timed_out", "crashed"]),
  worker: z.string(),
  /** The tensor back end that ran, its device and what was skipped, if one was opened. */
  backend: jsonObjectSchema.optional(),
  configs: z.record(z.string(), z.object({ name: z.string(), version: z.number().int() })),
  /** Inputs of the graph: their hash, and the attempt that made them, where one did. */
  inputs: z.array(
    z.object({
      name: z.string(),
      valueHash: hash,
      from: z.object({ taskRunId: z.string(), attempt, output: z.string() }).optional(),
      summary: valueRefSchema.options[0].shape.summary,
    }),
  ),
  outputs: z.array(z.object({ name: z.string(), ref: valueRefSchema })),
  traceId: z.string().optional(),
  gitCommit: z.string().optional(),
});

/** A part of an attempt's lineage, at most 512 KiB; confirmed when all parts are stored. Storing one twice is harmless. */
export const lineageChunkSchema = z.object({
  v: z.literal(1),
  runId: idSchemas.run,
  taskRunId: idSchemas.taskRun,
  attempt,
  claimId: idSchemas.claim,
  /** From 0. */
  chunk: z.number().int().nonnegative(),
  chunks: z.number().int().positive(),
  /** In chunk 0 alone. */
  header: lineageHeaderSchema.optional(),
  nodes: z.array(nodeExecutionSchema),
});

/** `stored`: this chunk is on disk; `complete` once all are. */
export const lineageAnswerSchema = z.discriminatedUnion("verdict", [
  z.object({ verdict: z.literal("stored"), complete: z.boolean() }),
  z.object({ verdict: z.literal("invalid"), error: errorRecordSchema }),
]);

export type NodeExecution = z.output<typeof nodeExecutionSchema>;
export type LineageHeader = z.output<typeof lineageHeaderSchema>;
export type LineageChunk = z.output<typeof lineageChunkSchema>;
export type LineageAnswer = z.output<typeof lineageAnswerSchema>;
