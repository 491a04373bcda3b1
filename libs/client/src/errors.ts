import { WeirError } from "@weirflow/errors";

/** Nothing that speaks GraphQL answers at the address. Safe to retry. */
export class ApiUnreachableError extends WeirError {
  override readonly code = "client/unreachable";
  override readonly disposition = "retry";
  readonly url: string;
  constructor(url: string, reason: string, cause?: unknown) {
    super(`no answer from ${url}: ${reason}`, {
      hint: "start the services with `weir dev`, or give the address with --url or WEIR_URL",
      cause,
    });
    this.url = url;
  }
}

/** The server wants a token, or another one. */
export class ApiDeniedError extends WeirError {
  override readonly code = "client/denied";
  constructor(url: string, status: number) {
    super(`${url} refuses the token (${status})`, {
      hint: "give the token with --token or WEIR_API_TOKEN",
    });
  }
}

/** The server answered with errors that no operation expects. */
export class ApiFailedError extends WeirError {
  override readonly code = "client/failed";
  readonly messages: readonly string[];
  constructor(messages: readonly string[]) {
    super(`the server failed: ${messages.join("; ")}`, {
      hint: "look into the log of the gateway by the trace id; client and server may be of versions too far apart",
    });
    this.messages = messages;
  }
}

/** One thing wrong with what was sent. */
export interface InputProblem {
  /** JSON pointer into what was checked, e.g. `/rawData`. */
  readonly path: string;
  readonly message: string;
}

/** What was sent does not fit; nothing was changed. */
export class InvalidInputError extends WeirError {
  override readonly code = "client/invalid-input";
  readonly problems: readonly InputProblem[];
  constructor(message: string, problems: readonly InputProblem[], hint?: string | null) {
    // the server's sentence may name some of them already
    const untold = problems.filter(({ path }) => !message.includes(path));
    const listed = untold.map(({ path, message }) => `\n  ${path}: ${message}`).join("");
    super(`${message}${listed}`, { hint: hint ?? undefined });
    this.problems = problems;
  }
  override data(): Readonly<Record<string, unknown>> {
    return { problems: this.problems };
  }
}

/** There is no such thing on the server. */
export class NotFoundError extends WeirError {
  override readonly code = "client/not-found";
  constructor(message: string, hint?: string | null) {
    super(message, { hint: hint ?? undefined });
  }
}

/** Someone else changed it in between. */
export class ConflictError extends WeirError {
  override readonly code = "client/conflict";
  readonly currentVersion: number;
  constructor(message: string, currentVersion: number) {
    super(message, { hint: "read it again, then repeat the change" });
    this.currentVersion = currentVersion;
  }
}

/** It is in a state in which this cannot be done. */
export class InvalidStateError extends WeirError {
  override readonly code = "client/invalid-state";
  readonly state: string;
  constructor(message: string, state: string, hint?: string | null) {
    super(message, { hint: hint ?? undefined });
    this.state = state;
  }
}
