import * as z from "zod";
import { expressionSchema } from "./expression.ts";
import { graphDescriptionSchema } from "./graph-description.ts";
import { idSchemas } from "./ids.ts";
import { jsonObjectSchema, jsonSchema } from "./json.ts";
import { poolSchema } from "./subjects.ts";

const durationMs = z.number().int().nonnegative();

/** Parses a {@link RetrySpec}. */
export const retrySpecSchema = z.object({
  /** Attempts beyond the first that a failure may use, 0 to 100. Crashes have a budget of their own. */
  limit: z.number().int().min(0).max(100).default(0),
  /** Pause before each retry; the last one repeats. @default [1000] */
  delaysMs: z.array(durationMs).min(1).default([1_000]),
});

/** Parses a {@link TaskCall}. */
export const taskCallSchema = z.object({
  /** Unique in the flow: the task's name, or the name that the call was given. */
  id: z.string().min(1),
  task: z.string().min(1),
  pool: poolSchema,
  inputs: z.record(z.string(), expressionSchema),
  /** Requested outputs, by node name. */
  outputs: z.array(z.string()),
  /** Ids of the calls that must have succeeded before. */
  needs: z.array(z.string()),
  retries: retrySpecSchema.prefault({}),
  /** An attempt that runs longer is ended as TIMED_OUT; absent means without limit. */
  timeoutMs: durationMs.positive().optional(),
  /** An attempt that holds more memory is ended as FAILED; absent means as much as its worker allows. */
  memoryBytes: z.number().int().positive().optional(),
  cache: z.boolean().default(false),
  /** Tags whose limits this task run counts against. */
  concurrency: z.array(z.string()).default([]),
  graph: graphDescriptionSchema,
});

/** Parses a {@link ConfigBinding}. */
export const configBindingSchema = z.object({
  /** The name of the config document. */
  name: z.string().min(1),
  /** JSON Schema (2020-12) of the document. */
  schema: jsonObjectSchema,
  /** The first version of the document, if none exists at deployment. */
  initial: jsonObjectSchema.optional(),
});

const scheduleOptions = {
  /** Names the schedule inside its deployment; survives edits. */
  slug: z.string().min(1),
  /** IANA name. @default "UTC" */
  timeZone: z.string().default("UTC"),
  /** What becomes of occurrences missed while nothing ran. @default "latest" */
  catchUp: z.enum(["skip", "latest", "all"]).default("latest"),
  /** What happens while an earlier run of this schedule is still going. @default "allow" */
  overlap: z.enum(["allow", "skip"]).default("allow"),
  params: jsonObjectSchema.default({}),
};

/** Parses a {@link ScheduleSpec}. */
export const scheduleSpecSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("daily"),
    at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
    ...scheduleOptions,
  }),
  z.object({ kind: z.literal("cron"), cron: z.string().min(1), ...scheduleOptions }),
  z.object({
    kind: z.literal("every"),
    /** Elapsed time between occurrences. */
    everyMs: durationMs.positive().optional(),
    /** Calendar days between occurrences; exactly one of the two is present. */
    days: z.number().int().positive().optional(),
    ...scheduleOptions,
  }),
]);

/** Parses a {@link TriggerSpec}. */
export const triggerSpecSchema = z.object({
  slug: z.string().min(1),
  /** `event`: a CloudEvent of the type `of`; `subject`: any message on a subject that matches the pattern `of`. */
  kind: z.enum(["event", "subject"]),
  of: z.string().min(1),
  /** Dotted paths into the event that must equal these values. */
  match: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}),
  /** JSON Schema of the event's data; a message that does not fit goes to the dead letter. */
  dataSchema: jsonObjectSchema.optional(),
  /** Parameters from the event; a trigger without any takes the event's data as parameters when `dataAsParams`. */
  params: z.record(z.string(), expressionSchema).default({}),
  /** Whether the data of the event, an object, is merged into the parameters. @default false */
  dataAsParams: z.boolean().default(false),
});

/** Parses a {@link FlowManifest}. */
export const flowManifestSchema = z.object({
  flow: z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,99}$/),
  version: idSchemas.flowVersion,
  description: z.string().optional(),
  /** JSON Schema (2020-12) of the parameters. */
  paramsSchema: jsonObjectSchema,
  /** Config documents by the key under which the flow reads them. */
  configs: z.record(z.string(), configBindingSchema),
  calls: z.array(taskCallSchema),
  /** What the flow returns, by name. */
  results: z.record(z.string(), expressionSchema),
  schedules: z.array(scheduleSpecSchema),
  triggers: z.array(triggerSpecSchema),
  source: z.object({ file: z.string(), gitCommit: z.string().optional() }).optional(),
  extra: z.record(z.string(), jsonSchema).optional(),
});

/** How often and after which pauses a failed task run is tried again. */
export type RetrySpec = z.output<typeof retrySpecSchema>;
/** One call of a task in a flow: a vertex of the flow's DAG. */
export type TaskCall = z.output<typeof taskCallSchema>;
/** A config document that a flow reads. */
export type ConfigBinding = z.output<typeof configBindingSchema>;
/** When a deployment runs by itself. */
export type ScheduleSpec = z.output<typeof scheduleSpecSchema>;
/** Which messages start a run of a deployment. */
export type TriggerSpec = z.output<typeof triggerSpecSchema>;
/** A flow as JSON: what `weir deploy` sends; the scheduler and the gateway never see more of a flow than this. */
export type FlowManifest = z.output<typeof flowManifestSchema>;
