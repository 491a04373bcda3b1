import { WeirError } from "@weirflow/errors";

/** A schedule whose pattern, time or time zone means nothing. */
export class InvalidScheduleError extends WeirError {
  override readonly code = "flow/invalid-schedule";
  constructor(schedule: string, reason: string, cause?: unknown) {
    super(`the schedule "${schedule}" cannot be used: ${reason}`, {
      hint: 'write { daily: "06:00" }, { cron: "0 6 * * 1-5" } or { every: { hours: 2 } }, and an IANA time zone',
      cause,
    });
  }
}

/** A JSON Schema that is none. */
export class InvalidSchemaError extends WeirError {
  override readonly code = "flow/invalid-schema";
  constructor(cause: unknown) {
    super(`not a JSON Schema: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: "deploy the flow again with the same version of weirflow as the server's",
      cause,
    });
  }
}
