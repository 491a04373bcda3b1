/** What the runtime does with a failure: try again, give up, or treat it as a cancellation. */
export type Disposition = "retry" | "fail" | "cancel";

/** What every {@link WeirError} may carry beside its message. */
export interface WeirErrorOptions {
  /** What to do next, in one sentence. */
  readonly hint?: string | undefined;
  /** The error that led to this one. */
  readonly cause?: unknown;
}

/**
 * The base of every error that Weirflow throws on purpose.
 *
 * A subclass takes facts in its constructor and writes the sentence itself: lower case, no full stop, user values in
 * quotes. Its `code` is stable, documented and never reused; its `disposition` says whether another attempt can help.
 *
 * @example
 * class PoolMissingError extends WeirError {
 *   override readonly code = "worker/pool-missing";
 *   constructor(readonly pool: string) {
 *     super(`no worker serves the pool "${pool}"`, { hint: `start one with \`weir worker --pool ${pool}\`` });
 *   }
 * }
 */
export abstract class WeirError extends Error {
  /** Stable identifier, `area/what`. */
  abstract readonly code: string;
  /** @default "fail" */
  readonly disposition: Disposition = "fail";
  /** Survives duplicate copies of this package, where `instanceof` does not. */
  readonly isWeirError = true;
  /** What to do next. */
  readonly hint: string | undefined;

  constructor(message: string, options: WeirErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.hint = options.hint;
  }

  /**
   * The facts behind the message, as JSON; crosses the bus and the API.
   * @returns an empty record unless a subclass says otherwise.
   */
  data(): Readonly<Record<string, unknown>> {
    return {};
  }
}

/**
 * Whether a value is a {@link WeirError}, also one made by another copy of this package.
 *
 * @example
 * if (isWeirError(error)) console.error(error.code, error.hint);
 */
export function isWeirError(value: unknown): value is WeirError {
  return (
    typeof value === "object" &&
    value !== null &&
    "isWeirError" in value &&
    value.isWeirError === true
  );
}
