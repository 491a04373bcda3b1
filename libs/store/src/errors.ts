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
