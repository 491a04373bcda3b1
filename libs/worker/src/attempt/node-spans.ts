import { SpanStatusCode, trace } from "@opentelemetry/api";
import type { NodeExecution } from "@weirflow/contracts";

/** Nodes of one attempt that get a span of their own however short they are. */
const ALL_UP_TO = 200;
/** Beyond that, the slowest ones. */
const MAX_SPANS = 200;

/**
 * Writes a span for each node that ran, under the active span; afterwards, since the thread that ran them has no tracer.
 *
 * A node that was answered from a cache, or skipped, gets none. Of more than 200 nodes, the 200 slowest get one.
 *
 * @param startedAt - when the attempt's clock stood at 0.
 */
export function writeNodeSpans(nodes: readonly NodeExecution[], startedAt: Date): void {
  const tracer = trace.getTracer("weirflow");
  for (const node of worthSpans(nodes)) {
    const startTime = startedAt.getTime() + node.startUs / 1_000;
    const span = tracer.startSpan("weir.node.run", {
      startTime,
      attributes: { "weir.node": node.node, "weir.node.state": node.state },
    });
    if (node.state === "failed") {
      const message = node.error?.message;
      span.setStatus({
        code: SpanStatusCode.ERROR,
        ...(message === undefined ? {} : { message }),
      });
    }
    span.end(startTime + node.durationUs / 1_000);
  }
}

/**
 * The nodes that get a span.
 * @internal
 */
export function worthSpans(nodes: readonly NodeExecution[]): readonly NodeExecution[] {
  const ran = nodes.filter(({ state }) => state !== "cached" && state !== "skipped");
  if (ran.length <= ALL_UP_TO) return ran;
  return ran.toSorted((a, b) => b.durationUs - a.durationUs).slice(0, MAX_SPANS);
}
