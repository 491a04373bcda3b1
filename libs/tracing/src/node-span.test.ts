import { ROOT_CONTEXT, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { describe, expect, test } from "vitest";
import { type NodeSpan, writeNodeSpans } from "./node-span.ts";

const startedAt = new Date("2026-01-02T03:04:05.000Z");

function written(nodes: readonly NodeSpan[], maxSpans?: number) {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const tracer = provider.getTracer("test");
  const outer = tracer.startSpan("outer");
  writeNodeSpans(nodes, {
    startedAt,
    tracer,
    parent: trace.setSpan(ROOT_CONTEXT, outer),
    maxSpans,
  });
  return { spans: exporter.getFinishedSpans(), outer };
}

describe("writeNodeSpans", () => {
  test("writes when a node ran, what it is, and under which span", () => {
    const { spans, outer } = written([
      {
        node: "price",
        kind: "function",
        state: "cached",
        startUs: 2_000,
        durationUs: 500_000,
        variant: "task=regression",
        items: [3, 0],
        attempt: 2,
        tags: { team: "sales", areas: ["eu", "us"] },
      },
    ]);

    expect(spans).toHaveLength(1);
    const [span] = spans;
    expect(span?.name).toBe("weir.node.run");
    expect(span?.parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
    expect(span?.startTime).toEqual([startedAt.getTime() / 1_000, 2_000_000]);
    expect(span?.duration).toEqual([0, 500_000_000]);
    expect(span?.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(span?.attributes).toEqual({
      "weir.node": "price",
      "weir.node.kind": "function",
      "weir.node.state": "cached",
      "weir.node.cache_hit": true,
      "weir.node.variant": "task=regression",
      "weir.node.items": [3, 0],
      "weir.attempt": 2,
      "weir.node.tag.team": "sales",
      "weir.node.tag.areas": ["eu", "us"],
    });
  });

  test("records the error of a node that failed, at its end", () => {
    const error = { message: "no price", name: "PriceError", code: "shop/no-price", stack: "at x" };

    const { spans } = written([
      { node: "price", state: "failed", startUs: 0, durationUs: 1_000_000, error },
    ]);

    expect(spans[0]?.status).toEqual({ code: SpanStatusCode.ERROR, message: "no price" });
    expect(spans[0]?.attributes["error.type"]).toBe("shop/no-price");
    expect(spans[0]?.events).toMatchObject([
      {
        name: "exception",
        time: [startedAt.getTime() / 1_000 + 1, 0],
        attributes: {
          "exception.type": "PriceError",
          "exception.message": "no price",
          "exception.stacktrace": "at x",
        },
      },
    ]);
  });

  test("marks a node as failed whose error is not known", () => {
    const { spans } = written([{ node: "price", state: "failed", startUs: 0, durationUs: 1 }]);

    expect(spans[0]?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(spans[0]?.events).toEqual([]);
  });

  test("writes nothing of nodes that were skipped, and of too many only the slowest", () => {
    const states = ["skipped", "succeeded", "cached", "cancelled"];
    const nodes = states.map((state, i) => ({
      node: `n${i}`,
      state,
      startUs: 0,
      durationUs: 10 - i,
    }));

    const names = (maxSpans?: number) =>
      written(nodes, maxSpans).spans.map(({ attributes }) => attributes["weir.node"]);

    expect(names()).toEqual(["n1", "n2", "n3"]);
    expect(names(1)).toEqual(["n1"]);
  });
});
