import { type Disposition, WeirError } from "@weirflow/errors";

/** Postgres does not answer, or dropped the connection before the commit was sent. Safe to retry. */
export class DatabaseUnavailableError extends WeirError {
  override readonly code = "db/unavailable";
  override readonly disposition: Disposition = "retry";
  constructor(cause: unknown) {
    super(
      `the database is not available: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        hint: "is Postgres running, and reachable at WEIR_DATABASE_URL?",
        cause,
      },
    );
  }
}

/** The connection dropped while a commit was under way: it may have happened or not. Only an idempotent caller may retry. */
export class CommitUnknownError extends WeirError {
  override readonly code = "db/commit-unknown";
  override readonly disposition: Disposition = "retry";
  constructor(cause: unknown) {
    super("the connection dropped during the commit, so nobody knows whether it happened", {
      hint: "repeat the request: it is answered the same if it had happened",
      cause,
    });
  }
}

/** Data that the database can never take: repeating it cannot help. */
export class DataRefusedError extends WeirError {
  override readonly code = "db/data-refused";
  constructor(cause: unknown) {
    super(
      `the database refused the data: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        hint: "look at the message in the dead letters; a sender of another version may have made it",
        cause,
      },
    );
  }
}

/** A deployment that does not exist. */
export class DeploymentMissingError extends WeirError {
  override readonly code = "db/deployment-missing";
  constructor(deployment: string) {
    super(`there is no deployment "${deployment}"`, {
      hint: "deploy the flow first: `weir deploy FILE`",
    });
  }
}

/** A flow that reads a config document which nobody has saved yet. */
export class ConfigMissingError extends WeirError {
  override readonly code = "db/config-missing";
  constructor(name: string) {
    super(`the config "${name}" has no version yet`, {
      hint: `save one: \`weir config set ${name} FILE\``,
    });
  }
}

/** What a task run is given does not fit in a message. */
export class InputsTooLargeError extends WeirError {
  override readonly code = "db/inputs-too-large";
  constructor(call: string, sizeBytes: number, maxBytes: number) {
    super(`the inputs of "${call}" make a message of ${sizeBytes} bytes, ${maxBytes} at most`, {
      hint: "let a task make the large ones: outputs above 64 KiB travel by their hash; parameters may name a file",
    });
  }
}

/** A worker says that it succeeded, and leaves outputs out. */
export class OutputsMissingError extends WeirError {
  override readonly code = "db/outputs-missing";
  constructor(call: string, missing: readonly string[]) {
    super(`"${call}" ended without its outputs ${missing.map((name) => `"${name}"`).join(", ")}`, {
      hint: "is the worker of the same version as the flow?",
    });
  }
}

/** The worker of an attempt has not been heard of for a whole lease. */
export class LeaseLapsedError extends WeirError {
  override readonly code = "db/lease-lapsed";
  constructor(worker: string | null) {
    super(`the worker "${worker ?? "?"}" fell silent: its lease lapsed`, {
      hint: "was it killed, or cut off from NATS? Another attempt follows while the crash budget lasts",
    });
  }
}

/** An attempt that went on beyond its timeout. */
export class TimeoutPassedError extends WeirError {
  override readonly code = "db/timeout-passed";
  constructor(timeoutMs: number) {
    super(`the attempt was not over after its timeout of ${timeoutMs} ms`, {
      hint: "raise the timeout of the task, or make it faster",
    });
  }
}

/** A schedule whose parameters do not fit those of its flow. */
export class ScheduleParamsError extends WeirError {
  override readonly code = "db/schedule-params";
  constructor(slug: string, problems: readonly string[]) {
    super(`the schedule "${slug}" cannot start a run: ${problems.join("; ")}`, {
      hint: "give the parameters in the schedule or in the deployment",
    });
  }
}
