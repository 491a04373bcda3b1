import { JetStreamApiError, JetStreamError } from "@nats-io/jetstream";
import {
  AuthorizationError,
  NoRespondersError,
  PermissionViolationError,
  RequestError,
  TimeoutError,
  UserAuthenticationExpiredError,
} from "@nats-io/transport-node";
import { isWeirError, type WeirError } from "@weirflow/errors";
import { CancelledError } from "@weirflow/lifecycle";
import {
  BusForbiddenError,
  BusTimeoutError,
  BusUnavailableError,
  JetStreamOffError,
  MissingStreamError,
  StreamFullError,
} from "./errors.ts";

/** What was attempted, and what it means when nobody listens on the subject. */
export interface FailedCall {
  /** The subject, or `WORK/pool-cpu`. */
  readonly what: string;
  readonly signal?: AbortSignal;
  /** `nobody`: a peer is away · `missing`: no stream holds the subject · `off`: JetStream's API is not there. @default "nobody" */
  readonly silence?: "nobody" | "missing" | "off";
}

/** JetStream's codes for a stream or a disk that takes no more. */
const FULL = new Set([10_047, 10_077, 10_023, 10_122]);
/** JetStream's codes for what does not exist. */
const MISSING = new Set([10_059, 10_014]);
/** JetStream's codes for being switched off, or not up yet. */
const OFF = new Set([10_039, 10_076, 10_008]);

/** What a failed call means, in our words. The one place that knows the client's errors. */
export function translateError(call: FailedCall, error: unknown): WeirError {
  if (isWeirError(error)) return error;
  const { what, signal } = call;
  if (signal?.aborted === true) return new CancelledError(`the call of "${what}"`, signal.reason);
  if (isForbidden(error)) return new BusForbiddenError(`"${what}"`, error);
  if (error instanceof JetStreamApiError) return fromApi(what, error);
  if (isNoResponder(error)) return fromSilence(call, error);
  if (error instanceof TimeoutError) return new BusTimeoutError(what, error);
  if (error instanceof JetStreamError && /deleted/i.test(error.message))
    return new MissingStreamError(`the stream or consumer of "${what}"`, error);
  return new BusUnavailableError(`cannot use "${what}"`, error);
}

function fromApi(what: string, error: JetStreamApiError): WeirError {
  if (FULL.has(error.code)) return new StreamFullError(what, error);
  if (MISSING.has(error.code))
    return new MissingStreamError(`the stream or consumer of "${what}"`, error);
  if (OFF.has(error.code)) return new JetStreamOffError(error);
  return new BusUnavailableError(`cannot use "${what}"`, error);
}

function fromSilence({ what, silence = "nobody" }: FailedCall, error: unknown): WeirError {
  switch (silence) {
    case "missing":
      return new MissingStreamError(`the stream of "${what}"`, error);
    case "off":
      return new JetStreamOffError(error);
    default:
      return new BusTimeoutError(what, error);
  }
}

function isForbidden(error: unknown): boolean {
  return (
    error instanceof AuthorizationError ||
    error instanceof UserAuthenticationExpiredError ||
    error instanceof PermissionViolationError ||
    (error instanceof Error && error.cause instanceof PermissionViolationError)
  );
}

function isNoResponder(error: unknown): boolean {
  if (error instanceof NoRespondersError) return true;
  if (error instanceof RequestError && error.isNoResponders()) return true;
  // JetStream's client wraps it as "not enabled".
  return error instanceof Error && error.cause !== undefined && isNoResponder(error.cause);
}
