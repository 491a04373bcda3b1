import { type Context, context, type Span, trace, type Tracer } from "@opentelemetry/api";
import type { NodeCall, NodeEnd } from "@weirflow/dataflow";
import {
  endNodeSpan,
  NODE_SPAN,
  nodeAttributes,
  type NodeSpan,
  writeNodeSpan,
} from "./node-span.ts";
import { spanError } from "./span-error.ts";
import { isWorth, SlowestNodes } from "./worth-spans.ts";

/** The spans of the nodes of one run. */
export interface NodeSpans {
  /** Runs a node, under the span that what it does belongs to. */
  around(call: NodeCall, next: () => unknown): unknown;
  end(end: NodeEnd): void;
  /** Ends what is open; gives how many executions have no span. */
  close(): number;
}

/** What the spans of a run are made with. */
export interface SpanParts {
  readonly tracer: Tracer;
  /** Holds the span of the run. */
  readonly parent: Context;
  /** When the run began, in milliseconds of the epoch. */
  readonly originMs: number;
  readonly maxSpans: number;
}

/** Spans that are open while their nodes run, so that what these do is inside: for runs of few nodes. */
export class LiveSpans implements NodeSpans {
  readonly #parts: SpanParts;
  readonly #open = new Map<NodeCall, Span>();

  constructor(parts: SpanParts) {
    this.#parts = parts;
  }

  around(call: NodeCall, next: () => unknown): unknown {
    const { tracer, parent } = this.#parts;
    const attributes = nodeAttributes(factsOf(call));
    const span = tracer.startSpan(NODE_SPAN, { attributes }, parent);
    this.#open.set(call, span);
    return context.with(trace.setSpan(parent, span), next);
  }

  end(end: NodeEnd): void {
    const span = this.#open.get(end.call);
    if (span !== undefined) {
      this.#open.delete(end.call);
      endNodeSpan(span, outcomeOf(end));
    } else if (isWorth(end)) {
      // a plugin outside of this one gave the value
      const { tracer, parent, originMs } = this.#parts;
      writeNodeSpan(spanOf(end), tracer, parent, originMs);
    }
  }

  close(): number {
    // a cancelled run does not wait for what is pending
    for (const span of this.#open.values()) endNodeSpan(span, { state: "cancelled" });
    this.#open.clear();
    return 0;
  }
}

/** Spans that are written when the run has ended, of its slowest nodes: what nodes do belongs to the run. */
export class LaterSpans implements NodeSpans {
  readonly #parts: SpanParts;
  readonly #slowest: SlowestNodes<NodeSpan>;

  constructor(parts: SpanParts) {
    this.#parts = parts;
    this.#slowest = new SlowestNodes(parts.maxSpans);
  }

  around(_: NodeCall, next: () => unknown): unknown {
    return context.with(this.#parts.parent, next);
  }

  end(end: NodeEnd): void {
    this.#slowest.add(spanOf(end));
  }

  close(): number {
    const { tracer, parent, originMs } = this.#parts;
    for (const node of this.#slowest.nodes) writeNodeSpan(node, tracer, parent, originMs);
    return this.#slowest.leftOut;
  }
}

/** Of an execution what its span tells: nothing that holds on to its values. */
function spanOf(end: NodeEnd): NodeSpan {
  const { startUs, durationUs } = end;
  return { ...factsOf(end.call), ...outcomeOf(end), startUs, durationUs };
}

function factsOf({
  node: { name, kind, options },
  variant,
  items,
  context: { attempt },
}: NodeCall): Pick<NodeSpan, "node" | "kind" | "variant" | "items" | "attempt" | "tags"> {
  return { node: name, kind, variant, items, attempt, tags: options.tags };
}

function outcomeOf({ state, error }: NodeEnd): Pick<NodeSpan, "state" | "error"> {
  return state === "failed" ? { state, error: spanError(error) } : { state };
}
