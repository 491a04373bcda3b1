import * as z from "zod";
import { errorRecordSchema } from "./error-record-schema.ts";
import { idSchemas } from "./ids.ts";
import { jsonSchema } from "./json.ts";
import { poolSchema } from "./subjects.ts";
import { artifactRefSchema, liveArtifactSchema, valueRefSchema } from "./value-ref.ts";

const v = z.literal(1);
const attempt = z.number().int().positive();
const instant = z.iso.datetime();
const key = { taskRunId: idSchemas.taskRun, claimId: idSchemas.claim };

/** A task run of this id is probably READY. May be lost, doubled or late: the row decides. */
export const workHintSchema = z.object({ v, taskRunId: idSchemas.taskRun });

/** A worker's request to run a task run, under a token of its own making. */
export const claimRequestSchema = z.object({
  v,
  ...key,
  pool: poolSchema,
  /** Names the process for people: `host/pid` or the like. */
  worker: z.string().min(1).max(200),
  /** The flow versions that this worker can execute. */
  serves: z.array(idSchemas.flowVersion).max(2_000),
});

/** What a task run is given for one input. */
export type ResolvedInput =
  | { readonly kind: "json"; readonly value: z.output<typeof jsonSchema> }
  | {
      readonly kind: "value";
      readonly ref: z.output<typeof valueRefSchema>;
      /** The task run and output that made it. */
      readonly from: {
        readonly taskRunId: string;
        readonly attempt: number;
        readonly output: string;
      };
    }
  | { readonly kind: "record"; readonly of: Readonly<Record<string, ResolvedInput>> };

/** Parses a {@link ResolvedInput}. */
export const resolvedInputSchema: z.ZodType<ResolvedInput> = z.lazy(() =>
  z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("json"), value: jsonSchema }),
    z.object({
      kind: z.literal("value"),
      ref: valueRefSchema,
      from: z.object({ taskRunId: z.string(), attempt, output: z.string() }),
    }),
    z.object({ kind: z.literal("record"), of: z.record(z.string(), resolvedInputSchema) }),
  ]),
);

/** Everything that an attempt needs. */
export const grantSchema = z.object({
  verdict: z.literal("granted"),
  ...key,
  runId: idSchemas.run,
  attempt,
  flow: z.string(),
  version: idSchemas.flowVersion,
  /** The call's id in the flow. */
  call: z.string(),
  task: z.string(),
  pool: poolSchema,
  inputs: z.record(z.string(), resolvedInputSchema),
  outputs: z.array(z.string()),
  cache: z.boolean(),
  leaseMs: z.number().int().positive(),
  /** Time left until the attempt is ended as TIMED_OUT; absent means without limit. */
  timeoutMs: z.number().int().nonnegative().optional(),
  /** The config documents that the run pinned, for lineage. */
  configs: z.record(z.string(), z.object({ name: z.string(), version: z.number().int() })),
  traceparent: z.string().optional(),
});

/** A scheduler's answer to a claim. The worker then acks the hint, or naks it with a delay on `elsewhere`. */
export const claimAnswerSchema = z.discriminatedUnion("verdict", [
  grantSchema,
  z.object({ verdict: z.literal("gone"), reason: z.string() }),
  z.object({ verdict: z.literal("limited"), tag: z.string() }),
  z.object({
    verdict: z.literal("elsewhere"),
    version: z.string(),
    retryAfterMs: z.number().int().positive(),
  }),
  /** The request itself was refused: repeating it cannot help. */
  z.object({ verdict: z.literal("invalid"), error: errorRecordSchema }),
]);

/** Keeps the leases of a worker's attempts. */
export const beatRequestSchema = z.object({
  v,
  worker: z.string().min(1).max(200),
  attempts: z.array(z.object(key)).max(1_000),
});

/** `alive`: lease renewed · `cancel`: stop, then report · `stale`: the attempt is over; drop its result. */
export const beatAnswerSchema = z.object({
  attempts: z.array(
    z.object({
      ...key,
      verdict: z.enum(["alive", "cancel", "stale"]),
      reason: z.string().optional(),
    }),
  ),
});

/** The end of an attempt. `released` means drained before the end: not counted against any budget. */
export const reportRequestSchema = z.object({
  v,
  ...key,
  outcome: z.enum(["succeeded", "failed", "cancelled", "timed_out", "crashed", "released"]),
  outputs: z.record(z.string(), valueRefSchema).default({}),
  artifacts: z.array(artifactRefSchema).default([]),
  error: errorRecordSchema.optional(),
  /** Whether another attempt may help; from the disposition of the error. */
  retryable: z.boolean().default(false),
  nodeCount: z.number().int().nonnegative().default(0),
  /** The tensor back end that ran, if one was opened. */
  backend: z.string().optional(),
  traceparent: z.string().optional(),
});

/** A report with the accepted token is answered `accepted` however often it comes; any other is `refused`. */
export const reportAnswerSchema = z.discriminatedUnion("verdict", [
  z.object({ verdict: z.literal("accepted"), state: z.string() }),
  z.object({ verdict: z.literal("refused"), reason: z.string() }),
  z.object({ verdict: z.literal("invalid"), error: errorRecordSchema }),
]);

/** Shows an artifact of a running attempt. The report of the attempt carries the last one again. */
export const showRequestSchema = z.object({ v, ...key, artifact: liveArtifactSchema });

/** `shown`: this one, or a later one of its key, is seen · `stale`: the attempt is over; show nothing more. */
export const showAnswerSchema = z.discriminatedUnion("verdict", [
  z.object({ verdict: z.literal("shown") }),
  z.object({ verdict: z.literal("stale"), reason: z.string() }),
  z.object({ verdict: z.literal("invalid"), error: errorRecordSchema }),
]);

/** These attempts should stop now. A hint: the next beat says the same. */
export const cancelHintSchema = z.object({ v, taskRunIds: z.array(idSchemas.taskRun).max(1_000) });

/** Progress of a running attempt, for people who watch. */
export const progressSchema = z.object({
  v,
  runId: idSchemas.run,
  taskRunId: idSchemas.taskRun,
  call: z.string(),
  attempt,
  nodesDone: z.number().int().nonnegative(),
  nodesTotal: z.number().int().nonnegative(),
  /** Nodes that run now, at most 5. */
  running: z.array(z.string()).max(5),
  text: z.string().max(500).optional(),
});

/** A line that a node logged. */
export const logLineSchema = z.object({
  v,
  runId: idSchemas.run,
  taskRunId: idSchemas.taskRun,
  attempt,
  node: z.string().optional(),
  level: z.enum(["debug", "info", "warn", "error"]),
  at: instant,
  message: z.string().max(10_000),
  fields: z.record(z.string(), z.unknown()).optional(),
});

/** A message that can never be handled. */
export const deadLetterSchema = z.object({
  v,
  subject: z.string(),
  reason: z.string().max(4_000),
  /** The payload, base64, cut at 64 KiB. */
  payload: z.string().max(90_000),
  headers: z.record(z.string(), z.string()).default({}),
});

/** Asks which attempts were accepted, for lineage that stays pending. */
export const settledRequestSchema = z.object({
  v,
  attempts: z.array(z.object({ taskRunId: idSchemas.taskRun, attempt })).max(1_000),
});

/** The answer, in the order of the question. */
export const settledAnswerSchema = z.object({
  attempts: z.array(
    z.object({
      taskRunId: idSchemas.taskRun,
      attempt,
      state: z.enum(["pending", "accepted", "superseded", "unknown"]),
    }),
  ),
});

export type WorkHint = z.output<typeof workHintSchema>;
export type ClaimRequest = z.output<typeof claimRequestSchema>;
export type Grant = z.output<typeof grantSchema>;
export type ClaimAnswer = z.output<typeof claimAnswerSchema>;
export type BeatRequest = z.output<typeof beatRequestSchema>;
export type BeatAnswer = z.output<typeof beatAnswerSchema>;
export type ReportRequest = z.output<typeof reportRequestSchema>;
export type ReportAnswer = z.output<typeof reportAnswerSchema>;
export type ShowRequest = z.output<typeof showRequestSchema>;
export type ShowAnswer = z.output<typeof showAnswerSchema>;
export type CancelHint = z.output<typeof cancelHintSchema>;
export type Progress = z.output<typeof progressSchema>;
export type LogLine = z.output<typeof logLineSchema>;
export type DeadLetter = z.output<typeof deadLetterSchema>;
export type SettledRequest = z.output<typeof settledRequestSchema>;
export type SettledAnswer = z.output<typeof settledAnswerSchema>;
