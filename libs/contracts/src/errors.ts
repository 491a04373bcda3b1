import { WeirError } from "@weirflow/errors";

/** A text that is not the id it should be. */
export class InvalidIdError extends WeirError {
  override readonly code = "contracts/invalid-id";
  readonly text: string;
  constructor(what: string, text: string) {
    super(`"${text.slice(0, 80)}" is not the id of a ${what}`, {
      hint: "copy the id whole, as the command line or the API printed it",
    });
    this.text = text;
  }
}

/** One thing wrong with a message: where, and what. */
export interface MessageProblem {
  /** Path inside the message, e.g. `outputs.valPred.sizeBytes`. */
  readonly path: string;
  readonly message: string;
}

/** Bytes that arrived on a subject but are not the message that belongs there. Goes to the dead letter. */
export class MalformedMessageError extends WeirError {
  override readonly code = "contracts/malformed-message";
  readonly subject: string;
  readonly problems: readonly MessageProblem[];
  constructor(subject: string, problems: readonly MessageProblem[], cause?: unknown) {
    const first = problems
      .map((p) => (p.path === "" ? p.message : `${p.path}: ${p.message}`))
      .join("; ");
    super(`malformed message on "${subject}": ${first}`, {
      hint: "sender and receiver may be of versions too far apart; only neighbours understand each other",
      cause,
    });
    this.subject = subject;
    this.problems = problems;
  }
  override data(): Readonly<Record<string, unknown>> {
    return { subject: this.subject, problems: this.problems };
  }
}

/** A pool's name that cannot be a token of a subject. */
export class InvalidPoolError extends WeirError {
  override readonly code = "contracts/invalid-pool";
  constructor(pool: string) {
    super(`"${pool}" cannot name a pool`, { hint: "use 1 to 32 letters, digits, `-` or `_`" });
  }
}
