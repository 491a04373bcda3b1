import {
  type Attributes,
  type Context,
  context,
  type Span,
  SpanStatusCode,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import { worthSpans } from "./worth-spans.ts";

/** The name of each span of a node; which node it is, an attribute says. */
export const NODE_SPAN = "weir.node.run";

/** What a span tells of an error. */
export interface SpanError {
  readonly message: string;
  readonly name?: string | undefined;
  /** The stable code of an error of Weirflow. */
  readonly code?: string | undefined;
  readonly stack?: string | undefined;
}

/** What a span tells of one execution of a node. Never what it took or made. */
export interface NodeSpan {
  readonly node: string;
  /** E.g. `function` or `collect`. */
  readonly kind?: string | undefined;
  /** `cached`, `failed`, `cancelled` or `succeeded`; one that was `skipped` gets no span. */
  readonly state: string;
  /** Microseconds since the start of the run. */
  readonly startUs: number;
  readonly durationUs: number;
  /** The branches that were taken, e.g. `task=regression`. */
  readonly variant?: string | undefined;
  /** Indices of the items that it ran for. */
  readonly items?: readonly number[] | undefined;
  /** Which try of its task it was, from 1. */
  readonly attempt?: number | undefined;
  readonly tags?: Readonly<Record<string, string | readonly string[]>> | undefined;
  readonly error?: SpanError | undefined;
}

/** Where spans are written. */
export interface WriteOptions {
  /** When the clock of the run stood at 0. */
  readonly startedAt: Date;
  /** @default the global provider's `weirflow` */
  readonly tracer?: Tracer | undefined;
  /** The context whose span is their parent. @default the active one */
  readonly parent?: Context | undefined;
  /** Of more executions, only the slowest get a span. @default 200 */
  readonly maxSpans?: number | undefined;
}

/**
 * Writes a span for each execution of a node, after all of them: for nodes that ran where no tracer is.
 *
 * @example
 * writeNodeSpans(record.nodes, { startedAt });
 */
export function writeNodeSpans(
  nodes: readonly NodeSpan[],
  {
    startedAt,
    tracer = trace.getTracer("weirflow"),
    parent = context.active(),
    maxSpans,
  }: WriteOptions,
): void {
  for (const node of worthSpans(nodes, maxSpans))
    writeNodeSpan(node, tracer, parent, startedAt.getTime());
}

/** Writes the span of one execution that has ended; `originMs` is when its run began, in milliseconds of the epoch. */
export function writeNodeSpan(
  node: NodeSpan,
  tracer: Tracer,
  parent: Context,
  originMs: number,
): void {
  const startTime = originMs + node.startUs / 1_000;
  const span = tracer.startSpan(NODE_SPAN, { startTime, attributes: nodeAttributes(node) }, parent);
  endNodeSpan(span, node, startTime + node.durationUs / 1_000);
}

/** Says on a span how its node ended, and ends it: now, unless told when. */
export function endNodeSpan(
  span: Span,
  { state, error }: Pick<NodeSpan, "state" | "error">,
  endTime?: number,
): void {
  span.setAttributes({ "weir.node.state": state, "weir.node.cache_hit": state === "cached" });
  if (state === "failed") failSpan(span, error, endTime);
  span.end(endTime);
}

/** What is known of a node before it ends. */
export function nodeAttributes({
  node,
  kind,
  variant,
  items,
  attempt,
  tags = {},
}: Omit<NodeSpan, "state" | "startUs" | "durationUs">): Attributes {
  return {
    "weir.node": node,
    ...(kind === undefined ? {} : { "weir.node.kind": kind }),
    ...(variant === undefined || variant === "" ? {} : { "weir.node.variant": variant }),
    ...(items === undefined ? {} : { "weir.node.items": [...items] }),
    ...(attempt === undefined ? {} : { "weir.attempt": attempt }),
    ...Object.fromEntries(
      Object.entries(tags).map(([tag, value]) => [
        `weir.node.tag.${tag}`,
        typeof value === "string" ? value : [...value],
      ]),
    ),
  };
}

/** Marks a span as failed, with the error where one is known. */
export function failSpan(span: Span, error: SpanError | undefined, time?: number): void {
  span.setStatus({
    code: SpanStatusCode.ERROR,
    ...(error === undefined ? {} : { message: error.message }),
  });
  if (error === undefined) return;
  const { message, name = "Error", code = name, stack } = error;
  span.setAttribute("error.type", code);
  span.recordException({ name, message, ...(stack === undefined ? {} : { stack }) }, time);
}
