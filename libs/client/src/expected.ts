import { ConflictError, InvalidInputError, InvalidStateError, NotFoundError } from "./errors.ts";
import type { InputProblem } from "./errors.ts";

const FIELDS = {
  InvalidInputError: "... on InvalidInputError { problems { path message } }",
  NotFoundError: "... on NotFoundError { what }",
  ConflictError: "... on ConflictError { currentVersion }",
  InvalidStateError: "... on InvalidStateError { state }",
} as const;

/** What a mutation asks of the errors that it may answer with. */
export function expecting(...errors: readonly (keyof typeof FIELDS)[]): string {
  const fields = errors.map((error) => FIELDS[error]);
  return `__typename ... on Error { message hint } ${fields.join(" ")}`;
}

/** A member of the union that a mutation answers with. */
export interface Answer {
  readonly __typename: string;
  readonly message?: string;
  readonly hint?: string | null;
  readonly problems?: readonly InputProblem[];
  readonly currentVersion?: number;
  readonly state?: string;
}

/**
 * The payload of a mutation.
 *
 * @throws {@link InvalidInputError} `client/invalid-input`, {@link NotFoundError} `client/not-found`,
 *   {@link ConflictError} `client/conflict`, {@link InvalidStateError} `client/invalid-state`.
 */
export function payloadOf<T extends Answer>(answer: T): T {
  const { message = answer.__typename, hint } = answer;
  switch (answer.__typename) {
    case "InvalidInputError":
      throw new InvalidInputError(message, answer.problems ?? [], hint);
    case "NotFoundError":
      throw new NotFoundError(message, hint);
    case "ConflictError":
      throw new ConflictError(message, answer.currentVersion ?? 0);
    case "InvalidStateError":
      throw new InvalidStateError(message, answer.state ?? "", hint);
    default:
      return answer;
  }
}
