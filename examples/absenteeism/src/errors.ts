import { didYouMean, WeirError } from "@weirflow/errors";

/** The raw table cannot be read: a missing file, an unreachable address, a broken archive, a cell that is no number. */
export class RawDataError extends WeirError {
  override readonly code = "absenteeism/raw-data";
  readonly source: string;

  constructor(source: string, problem: string, cause?: unknown) {
    super(`cannot read the table "${source}": ${problem}`, {
      hint: "give a CSV file separated by semicolons, a zip with one, an http address of either, or sample:SEED",
      cause,
    });
    this.source = source;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { source: this.source };
  }
}

/** A table lacks a column that is needed. */
export class MissingColumnError extends WeirError {
  override readonly code = "absenteeism/missing-column";
  readonly column: string;

  constructor(column: string, columns: readonly string[]) {
    super(`the table has no column "${column}"${didYouMean(column, columns)}`, {
      hint: `it has ${columns.join(", ")}`,
    });
    this.column = column;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { column: this.column };
  }
}

/** The split by user leaves no row to train on, or none to validate with. */
export class EmptySplitError extends WeirError {
  override readonly code = "absenteeism/empty-split";

  constructor(part: "training" | "validation", userIds: readonly number[]) {
    super(`no row is left for ${part} with the validation users ${userIds.join(", ")}`, {
      hint: "choose validationUserIds so that some users of the table are in it and some are not",
    });
  }
}

/** Training did not come to rest. */
export class NotConvergedError extends WeirError {
  override readonly code = "absenteeism/not-converged";

  constructor(iterations: number, step: number) {
    super(`the model has not converged after ${iterations} steps (last change ${step})`, {
      hint: "look for a feature that is constant, huge, or the same as another",
    });
  }
}

/** The quality gate: the model does no better than drawing labels at random, and the config says that this fails. */
export class WorseThanChanceError extends WeirError {
  override readonly code = "absenteeism/worse-than-chance";

  constructor(verdict: string, reportKey: string) {
    super(verdict, {
      hint: `read the artifact "${reportKey}", or set onWorseThanChance to "warn" in the config "training"`,
    });
  }
}
