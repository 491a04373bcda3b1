import { headers as newHeaders, type MsgHdrs } from "@nats-io/transport-node";
import { currentCarrier, type TraceCarrier } from "@weirflow/telemetry";
import type { MessageMeta } from "./bus-message.ts";

/** Headers with the trace context of the caller, or of `carrier`. */
export function headersFor(carrier: TraceCarrier = currentCarrier()): MsgHdrs {
  const made = newHeaders();
  if (carrier.traceparent !== undefined) made.set("traceparent", carrier.traceparent);
  if (carrier.tracestate !== undefined) made.set("tracestate", carrier.tracestate);
  return made;
}

/** What arrived beside a payload: the headers as a plain record, the first value of each, and the trace in them. */
export function metaOf(subject: string, received: MsgHdrs | undefined): MessageMeta {
  const headers: Readonly<Record<string, string>> =
    received === undefined
      ? {}
      : Object.fromEntries(received.keys().map((key) => [key, received.get(key)]));
  const { traceparent, tracestate } = headers;
  return { subject, headers, carrier: { traceparent, tracestate } };
}
