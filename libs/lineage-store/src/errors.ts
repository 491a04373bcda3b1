import { WeirError } from "@weirflow/errors";

/** The lineage database cannot be reached, or broke off. Whether a commit happened may be unknown. */
export class LineageUnavailableError extends WeirError {
  override readonly code = "lineage/unavailable";
  override readonly disposition = "retry";
  constructor(cause: unknown) {
    super("the lineage database is not available", {
      hint: "check WEIR_LINEAGE_DATABASE_URL and that Postgres accepts connections",
      cause,
    });
  }
}

/** A statement kept losing against concurrent ones. */
export class LineageBusyError extends WeirError {
  override readonly code = "lineage/busy";
  override readonly disposition = "retry";
  constructor(attempts: number, cause: unknown) {
    super(`the lineage database refused a transaction ${attempts} times for concurrent ones`, {
      hint: "try again",
      cause,
    });
  }
}

/** Postgres refuses these data, now and ever. */
export class LineageDataError extends WeirError {
  override readonly code = "lineage/refused-data";
  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`the lineage database refuses the data: ${reason}`, {
      hint: "the sender made a record that cannot be stored; repeating it cannot help",
      cause,
    });
  }
}

/** A chunk that contradicts itself, or what is stored of the same attempt. */
export class LineageConflictError extends WeirError {
  override readonly code = "lineage/conflict";
  readonly taskRunId: string;
  readonly attempt: number;
  constructor(taskRunId: string, attempt: number, reason: string) {
    super(`lineage of attempt ${attempt} of the task run "${taskRunId}": ${reason}`, {
      hint: "an attempt has one claim, one number of chunks, and its header in chunk 0 alone",
    });
    this.taskRunId = taskRunId;
    this.attempt = attempt;
  }
  override data(): Readonly<Record<string, unknown>> {
    return { taskRunId: this.taskRunId, attempt: this.attempt };
  }
}

/** A statement of the lineage store failed for a reason that is a bug. */
export class LineageStatementError extends WeirError {
  override readonly code = "lineage/statement";
  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`a statement on the lineage database failed: ${reason}`, {
      hint: "check that the database was migrated by this version; otherwise please report it",
      cause,
    });
  }
}

/** The schema of the lineage database could not be brought up to date. */
export class LineageMigrationError extends WeirError {
  override readonly code = "lineage/migration";
  constructor(name: string, cause: unknown) {
    super(`the lineage database could not be migrated: step "${name}" failed`, {
      hint: "the user of WEIR_LINEAGE_DATABASE_URL needs the right to create a schema",
      cause,
    });
  }
}
