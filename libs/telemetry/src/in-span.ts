import { isWeirError } from "@weirflow/errors";
import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Link,
  type Span,
} from "@opentelemetry/api";
import { contextOf, spanContextOf, type TraceCarrier } from "./carrier.ts";

/** How one span begins. */
export interface SpanOptions {
  /** @default SpanKind.INTERNAL */
  readonly kind?: SpanKind;
  /** Ids belong here, never in the name. */
  readonly attributes?: Attributes;
  /** The span continues this trace. @default the active span, else a new trace */
  readonly parent?: TraceCarrier | undefined;
  /** Other traces that led to this span; empty carriers are left out. */
  readonly links?: readonly TraceCarrier[];
}

/**
 * Runs `fn` in a span, which is active inside it and ends with it.
 *
 * A rejection is recorded on the span and passed on; a cancellation marks it `weir.cancelled` and is not an error.
 *
 * @param name - low-cardinality, `weir.task.run`.
 * @returns what `fn` returned.
 * @example
 * await inSpan("weir.task.run", { attributes: { "weir.run.id": runId }, parent: headers }, async () => await run());
 */
export async function inSpan<T>(
  name: string,
  options: SpanOptions,
  fn: (span: Span) => Promise<T> | T,
): Promise<T> {
  const { kind = SpanKind.INTERNAL, attributes = {}, parent, links = [] } = options;
  const start = { kind, attributes, links: linksOf(links) };
  const around = parent?.traceparent === undefined ? context.active() : contextOf(parent);
  return await trace.getTracer("weirflow").startActiveSpan(name, start, around, async (span) => {
    try {
      return await fn(span);
    } catch (error) {
      recordFailure(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

function linksOf(carriers: readonly TraceCarrier[]): Link[] {
  return carriers.flatMap((carrier) => {
    const linked = spanContextOf(carrier);
    return linked === undefined ? [] : [{ context: linked }];
  });
}

function recordFailure(span: Span, error: unknown): void {
  if (isWeirError(error) && error.disposition === "cancel") {
    span.setAttribute("weir.cancelled", true);
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  span.recordException(error instanceof Error ? error : message);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}
