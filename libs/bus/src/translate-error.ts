import { JetStreamApiError, JetStreamError } from "@nats-io/jetstream";
import { NoRespondersError, RequestError, TimeoutError } from "@nats-io/transport-node";
import { isWeirError, type WeirError } from "@weirflow/errors";
import { CancelledError } from "@weirflow/lifecycle";
import {
  BusTimeoutError,
  BusUnavailableError,
  MissingStreamError,
  StreamFullError,
} from "./errors.ts";

/** JetStream's codes for a stream that takes no more. */
const FULL = new Set([10_047, 10_077, 10_023, 10_122]);
/** JetStream's codes for what does not exist. */
const MISSING = new Set([10_059, 10_014]);

/** What a failed call means, in our words. The one place that knows the client's errors. */
export function translateError(subject: string, error: unknown, signal?: AbortSignal): WeirError {
  if (isWeirError(error)) return error;
  if (signal?.aborted === true) return new CancelledError(signal.reason);
  if (error instanceof JetStreamApiError) {
    if (FULL.has(error.code)) return new StreamFullError(subject, error);
    if (MISSING.has(error.code))
      return new MissingStreamError(`the stream or consumer of "${subject}"`, error);
  }
  if (isNoResponder(error) || error instanceof TimeoutError)
    return new BusTimeoutError(subject, error);
  if (error instanceof JetStreamError && /maximum|exceeded/.test(error.message))
    return new StreamFullError(subject, error);
  return new BusUnavailableError(`cannot use "${subject}"`, error);
}

function isNoResponder(error: unknown): boolean {
  return (
    error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders())
  );
}
