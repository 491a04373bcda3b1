import {
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  isValidTraceId,
  ROOT_CONTEXT,
  trace,
  type Context,
  type SpanContext,
} from "@opentelemetry/api";
import { parseTraceParent, W3CTraceContextPropagator } from "@opentelemetry/core";

/** A W3C trace context as it travels in headers, rows and messages. */
export interface TraceCarrier {
  /** `00-<trace id>-<span id>-<flags>`. */
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
}

const propagator = new W3CTraceContextPropagator();

/**
 * The active span, ready to travel: put it in a message's headers.
 *
 * @returns an empty carrier when no span is active or telemetry was not started.
 * @example
 * await bus.publish(subject, body, { headers: currentCarrier() });
 */
export function currentCarrier(): TraceCarrier {
  const carrier: Record<string, string> = {};
  propagator.inject(context.active(), carrier, defaultTextMapSetter);
  return carrier;
}

/**
 * The trace id that a carrier holds.
 *
 * @returns 32 hexadecimal digits, or `undefined` for an empty or malformed carrier.
 */
export function traceIdOf(carrier: TraceCarrier): string | undefined {
  const traceId = parseTraceParent(carrier.traceparent ?? "")?.traceId;
  return traceId !== undefined && isValidTraceId(traceId) ? traceId : undefined;
}

/**
 * The context whose active span is the carrier's, and nothing else.
 * @internal
 */
export function contextOf(carrier: TraceCarrier): Context {
  return propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
}

/**
 * The span context of a carrier; `undefined` for an empty or malformed one.
 * @internal
 */
export function spanContextOf(carrier: TraceCarrier): SpanContext | undefined {
  return trace.getSpanContext(contextOf(carrier));
}
