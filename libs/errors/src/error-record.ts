import { isWeirError, type Disposition } from "./weir-error.ts";

/** An error as it crosses the bus, the database and the API. */
export interface ErrorRecord {
  /** Stable identifier; `"unknown"` for an error that is not ours. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** What the runtime does with it. @default "fail" */
  readonly disposition?: Disposition | undefined;
  /** The node that failed, where one did. */
  readonly node?: string | undefined;
  readonly stack?: string | undefined;
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: ErrorRecord | undefined;
}

/** Causes deeper than this are cut; a chain can be a cycle. */
const MAX_CAUSES = 8;
/** A stack longer than this is cut, so that an error always fits in a message. */
const MAX_STACK_CHARS = 8_000;
/** Likewise the message. */
const MAX_MESSAGE_CHARS = 4_000;

/**
 * Writes any thrown value as a plain {@link ErrorRecord}: bounded in depth and length, never throwing.
 *
 * @example
 * toErrorRecord(new TypeError("x is not a function")).code; // "unknown"
 */
export function toErrorRecord(thrown: unknown): ErrorRecord {
  return record(thrown, MAX_CAUSES);
}

/**
 * A plain error with the message, stack and causes of a record: of one that was thrown elsewhere, whose class is not here.
 *
 * @example
 * throw new UnreadableModelError(path, { cause: errorOfRecord(answer.error) });
 */
export function errorOfRecord({ message, stack, cause }: ErrorRecord): Error {
  const error = new Error(message, cause === undefined ? {} : { cause: errorOfRecord(cause) });
  if (stack !== undefined) error.stack = stack;
  return error;
}

function record(thrown: unknown, causesLeft: number): ErrorRecord {
  if (!(thrown instanceof Error))
    return { code: "unknown", message: cut(describe(thrown), MAX_MESSAGE_CHARS) };
  const cause =
    thrown.cause !== undefined && causesLeft > 0
      ? { cause: record(thrown.cause, causesLeft - 1) }
      : {};
  const stack = thrown.stack === undefined ? {} : { stack: cut(thrown.stack, MAX_STACK_CHARS) };
  const message = cut(thrown.message || thrown.name, MAX_MESSAGE_CHARS);
  if (!isWeirError(thrown)) return { code: "unknown", message, ...stack, ...cause };
  const data = thrown.data();
  return {
    code: thrown.code,
    message,
    ...(thrown.hint === undefined ? {} : { hint: thrown.hint }),
    ...(thrown.disposition === "fail" ? {} : { disposition: thrown.disposition }),
    ...stack,
    ...(Object.keys(data).length === 0 ? {} : { data }),
    ...cause,
  };
}

function describe(thrown: unknown): string {
  try {
    return typeof thrown === "string"
      ? thrown
      : `thrown: ${JSON.stringify(thrown) ?? typeof thrown}`;
  } catch {
    return `thrown: ${typeof thrown}`;
  }
}

function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max)}…`;
}
