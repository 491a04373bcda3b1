import { type Context, context, trace, type Tracer } from "@opentelemetry/api";
import type { Plugin, RunEnd, RunStart } from "@weirflow/dataflow";
import { failSpan } from "./node-span.ts";
import { LaterSpans, LiveSpans, type NodeSpans } from "./node-spans.ts";
import { spanError } from "./span-error.ts";
import { MAX_SPANS } from "./worth-spans.ts";

/** How runs are traced. */
export interface TracingOptions {
  /** @default the global provider's `weirflow` */
  readonly tracer?: Tracer | undefined;
  /** Spans of nodes in one run at most, from 0; of more, the slowest get one. @default 200 */
  readonly maxSpans?: number | undefined;
}

interface Traced {
  readonly parent: Context;
  readonly nodes: NodeSpans;
}

/**
 * Makes a span `weir.graph.run` for each run, under the span that is active where it starts, and one `weir.node.run`
 * for each of its nodes.
 *
 * Put it before plugins whose work is to be inside of the spans of nodes, e.g. a cache. Spans never tell values.
 *
 * @example
 * await plan.run(inputs, { plugins: [tracingPlugin()] });
 */
export function tracingPlugin(options: TracingOptions = {}): Plugin {
  const runs = new WeakMap<RunStart, Traced>();
  return {
    name: "weirflow.tracing",
    onRunStart: (run) => {
      runs.set(run, startTrace(run, options));
    },
    around: (call, next) => {
      const traced = runs.get(call.run);
      return traced === undefined ? next() : traced.nodes.around(call, next);
    },
    onNodeEnd: (end) => {
      runs.get(end.call.run)?.nodes.end(end);
    },
    onRunEnd: (end) => {
      const traced = runs.get(end.run);
      runs.delete(end.run);
      if (traced !== undefined) endTrace(traced, end);
    },
  };
}

function startTrace(
  { nodes }: RunStart,
  { tracer = trace.getTracer("weirflow"), maxSpans = MAX_SPANS }: TracingOptions,
): Traced {
  const outer = context.active();
  const attributes = { "weir.graph.nodes": nodes.length };
  const parent = trace.setSpan(outer, tracer.startSpan("weir.graph.run", { attributes }, outer));
  const parts = { tracer, parent, originMs: performance.timeOrigin + performance.now(), maxSpans };
  const isSmall = nodes.length <= maxSpans && nodes.every(({ scope }) => scope === undefined);
  return { parent, nodes: isSmall ? new LiveSpans(parts) : new LaterSpans(parts) };
}

function endTrace({ parent, nodes }: Traced, { state, error }: RunEnd): void {
  const leftOut = nodes.close();
  const span = trace.getSpan(parent);
  span?.setAttributes({ "weir.graph.state": state, "weir.graph.nodes_without_span": leftOut });
  if (span !== undefined && state === "failed") failSpan(span, spanError(error));
  span?.end();
}
