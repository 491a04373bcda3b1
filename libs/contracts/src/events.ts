import * as z from "zod";
import { idSchemas } from "./ids.ts";
import { jsonSchema } from "./json.ts";
import { RunState, TaskRunState } from "./states.ts";

/** A CloudEvent 1.0 in structured JSON mode. */
export const cloudEventSchema = z.object({
  specversion: z.literal("1.0"),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  subject: z.string().optional(),
  time: z.iso.datetime({ offset: true }).optional(),
  datacontenttype: z.string().optional(),
  dataschema: z.string().optional(),
  traceparent: z.string().optional(),
  data: jsonSchema.optional(),
});

/** Types of the events that Weirflow itself publishes; users may choose any other. */
export const EventType = { runChanged: "run.changed", taskSettled: "task.settled" } as const;

/** Data of `run.changed`: after each commit that changed a run. A hint: the rows say what is so. */
export const runChangedSchema = z.object({
  runId: idSchemas.run,
  flow: z.string(),
  deploymentId: idSchemas.deployment,
  state: z.enum(RunState),
  /** Rises with each change of the run; bumped under the run's lock. */
  version: z.number().int().nonnegative(),
});

/** Data of `task.settled`: an attempt's report was accepted, or the attempt ended otherwise. */
export const taskSettledSchema = z.object({
  runId: idSchemas.run,
  taskRunId: idSchemas.taskRun,
  attempt: z.number().int().positive(),
  accepted: z.boolean(),
  state: z.enum(TaskRunState),
});

export type CloudEvent = z.output<typeof cloudEventSchema>;
export type RunChanged = z.output<typeof runChangedSchema>;
export type TaskSettled = z.output<typeof taskSettledSchema>;
