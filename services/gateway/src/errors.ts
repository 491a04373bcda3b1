import { WeirError } from "@weirflow/errors";
import type { RunState } from "@weirflow/contracts";

/** One thing wrong with what a caller sent. */
export interface InputProblem {
  /** JSON pointer into what was checked, e.g. `/rawData`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** What a mutation names does not exist. */
export class NotFoundError extends WeirError {
  override readonly code = "gateway/not-found";
  /** What was looked for, e.g. `deployment "a/b"`. */
  readonly what: string;
  /** The nearest name that exists. */
  readonly didYouMean: string | undefined;
  constructor(kind: string, name: string, nearest?: string) {
    super(
      `there is no ${kind} "${name}"${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`,
      {
        hint: `list what exists with a query, then name the ${kind} as it is written there`,
      },
    );
    this.what = `${kind} "${name}"`;
    this.didYouMean = nearest;
  }
}

/** What a caller sent does not fit its schema; lists every problem. */
export class InvalidInputError extends WeirError {
  override readonly code = "gateway/invalid-input";
  readonly problems: readonly InputProblem[];
  constructor(what: string, problems: readonly InputProblem[]) {
    const list = problems.map(({ path, message }) => `${path} ${message}`.trim()).join("; ");
    super(`invalid ${what}: ${list}`, {
      hint: "mend these and send it again; nothing was changed",
    });
    this.problems = problems;
  }
}

/** Somebody else saved in between. */
export class ConflictError extends WeirError {
  override readonly code = "gateway/conflict";
  /** The version that is current now. */
  readonly currentVersion: number;
  constructor(what: string, expected: number, current: number) {
    super(`${what} is at version ${current}, not ${expected}`, {
      hint: "read it again, merge, and send the current version along",
    });
    this.currentVersion = current;
  }
}

/** A run is in a state in which this cannot be done. */
export class InvalidStateError extends WeirError {
  override readonly code = "gateway/invalid-state";
  readonly state: RunState;
  constructor(action: string, state: RunState) {
    super(`a run that is ${state} cannot be ${action}`, { hint: "start a new run instead" });
    this.state = state;
  }
}

/** The gateway would be reachable by others without a password. */
export class OpenGatewayError extends WeirError {
  override readonly code = "gateway/open";
  constructor(host: string) {
    super(`the gateway would listen on "${host}" without authentication`, {
      hint: "set WEIR_API_TOKEN, or WEIR_GATEWAY_HOST to 127.0.0.1",
    });
  }
}

/** The gateway could not listen. */
export class GatewayPortError extends WeirError {
  override readonly code = "gateway/port";
  constructor(host: string, port: number, cause: unknown) {
    super(`cannot listen on "${host}:${port}"`, {
      hint: "set WEIR_GATEWAY_PORT to a free port",
      cause,
    });
  }
}
