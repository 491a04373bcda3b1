import { SpanKind } from "@opentelemetry/api";
import { currentCarrier, inSpan, type TraceCarrier } from "@weirflow/telemetry";

/** What a span says about one message, in the words of the semantic conventions for messaging. */
export interface MessageFacts {
  readonly subject: string;
  readonly sizeBytes: number;
  /** The queue or the durable consumer. */
  readonly group?: string;
  /** The trace that the message belongs to. @default the active one */
  readonly parent?: TraceCarrier | undefined;
}

/** What is done with a message. */
export type MessageOperation = "publish" | "request" | "process";

const OPERATIONS: Readonly<
  Record<MessageOperation, { readonly type: string; readonly kind: SpanKind }>
> = {
  publish: { type: "send", kind: SpanKind.PRODUCER },
  request: { type: "send", kind: SpanKind.PRODUCER },
  process: { type: "process", kind: SpanKind.CONSUMER },
};

/** Runs `fn` in a span of the message's trace. A message of no trace makes none: housekeeping is not traced. */
export async function inMessageSpan<T>(
  operation: MessageOperation,
  { subject, sizeBytes, group, parent }: MessageFacts,
  fn: () => Promise<T>,
): Promise<T> {
  const trace = parent ?? currentCarrier();
  if (trace.traceparent === undefined) return await fn();
  const { type, kind } = OPERATIONS[operation];
  const template = subjectTemplate(subject);
  const attributes = {
    "messaging.system": "nats",
    "messaging.operation.name": operation,
    "messaging.operation.type": type,
    "messaging.destination.name": subject,
    "messaging.destination.template": template,
    "messaging.message.body.size": sizeBytes,
    ...(group === undefined ? {} : { "messaging.consumer.group.name": group }),
  };
  return await inSpan(`${operation} ${template}`, { kind, attributes, parent: trace }, fn);
}

/** A subject without its varying tokens: low-cardinality, for the names of spans. */
export function subjectTemplate(subject: string): string {
  const tokens = subject.split(".");
  if (tokens[0] !== "weir") return tokens[0] ?? subject;
  return tokens.slice(0, tokens[1] === "rpc" ? 3 : 2).join(".");
}
