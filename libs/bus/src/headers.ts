import type { MsgHdrs } from "@nats-io/transport-node";
import { headers as newHeaders } from "@nats-io/transport-node";
import { currentCarrier, type TraceCarrier } from "@weirflow/telemetry";

/** Headers with the trace context of the caller, or of `carrier`. */
export function headersFor(carrier: TraceCarrier = currentCarrier()): MsgHdrs {
  const made = newHeaders();
  if (carrier.traceparent !== undefined) made.set("traceparent", carrier.traceparent);
  if (carrier.tracestate !== undefined) made.set("tracestate", carrier.tracestate);
  return made;
}

/** Headers as a plain record; the first value of each. */
export function readHeaders(headers: MsgHdrs | undefined): Readonly<Record<string, string>> {
  if (headers === undefined) return {};
  return Object.fromEntries(headers.keys().map((key) => [key, headers.get(key)]));
}

/** The trace context in a message's headers. */
export function carrierOf(headers: Readonly<Record<string, string>>): TraceCarrier {
  const { traceparent, tracestate } = headers;
  return { traceparent, tracestate };
}
