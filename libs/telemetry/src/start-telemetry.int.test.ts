import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SpanKind } from "@opentelemetry/api";
import { WeirError } from "@weirflow/errors";
import { describe, expect, test } from "vitest";
import { currentCarrier, traceIdOf } from "./carrier.ts";
import { inSpan } from "./in-span.ts";
import { createLogger } from "./logger.ts";
import { startTelemetry } from "./start-telemetry.ts";

/** What this test reads of a span in OTLP's JSON. */
interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly links?: readonly { readonly traceId: string }[];
  readonly events?: readonly { readonly name: string }[];
  readonly status: { readonly code?: number; readonly message?: string };
}

interface ReceivedBatch {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: ReceivedSpan["attributes"] };
    readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[];
  }[];
}

class CancelError extends WeirError {
  override readonly code = "test/cancel";
  override readonly disposition = "cancel";
}

/** An OTLP/HTTP collector on loopback. */
async function startCollector() {
  const batches: ReceivedBatch[] = [];
  const paths: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (piece: string) => (body += piece));
    request.on("end", () => {
      paths.push(request.url);
      batches.push(JSON.parse(body));
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on TCP has an address of this shape.
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    paths,
    resource: () => batches[0]?.resourceSpans[0]?.resource.attributes,
    span: (name: string) =>
      batches
        .flatMap((batch) => batch.resourceSpans)
        .flatMap((resource) => resource.scopeSpans)
        .flatMap((scope) => scope.spans)
        .find((span) => span.name === name),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("startTelemetry with an endpoint", () => {
  test("sends the spans that are left when it is disposed", async () => {
    await using collector = await startCollector();
    const { endpoint } = collector;
    {
      await using _ = startTelemetry({ service: "scheduler", endpoint, version: "1.2.3" });
      const attributes = { "weir.run.id": "r1" };
      await inSpan("weir.run.start", { kind: SpanKind.PRODUCER, attributes }, () => undefined);
    }

    expect(collector.paths).toEqual(["/v1/traces"]);
    expect(collector.resource()).toEqual(
      expect.arrayContaining([
        { key: "service.name", value: { stringValue: "scheduler" } },
        { key: "service.version", value: { stringValue: "1.2.3" } },
      ]),
    );
    expect(collector.span("weir.run.start")).toMatchObject({
      kind: 4,
      attributes: [{ key: "weir.run.id", value: { stringValue: "r1" } }],
    });
  });

  test("continues the trace of a carrier, and links others", async () => {
    await using collector = await startCollector();
    await using telemetry = startTelemetry({
      service: "worker",
      endpoint: `${collector.endpoint}/`,
    });
    const other = await inSpan("other", {}, () => currentCarrier());
    const carrier = await inSpan("publish", {}, () => currentCarrier());

    await inSpan("process", { parent: carrier, links: [other, {}] }, async () => {
      await Promise.resolve();
      await inSpan("node", {}, () => undefined);
    });
    await telemetry.flush();

    const [publish, process, node] = ["publish", "process", "node"].map(collector.span);
    expect(traceIdOf(carrier)).toBe(publish?.traceId);
    expect(process).toMatchObject({ traceId: publish?.traceId, parentSpanId: publish?.spanId });
    expect(node).toMatchObject({ traceId: publish?.traceId, parentSpanId: process?.spanId });
    expect(process?.links).toEqual([expect.objectContaining({ traceId: traceIdOf(other) })]);
  });

  test("records a failure and passes it on", async () => {
    await using collector = await startCollector();
    await using telemetry = startTelemetry({ service: "worker", endpoint: collector.endpoint });
    const failure = new TypeError("no such column");

    const result = inSpan("task", {}, async () => await Promise.reject(failure));

    await expect(result).rejects.toBe(failure);
    await telemetry.flush();
    expect(collector.span("task")).toMatchObject({
      status: { code: 2, message: "no such column" },
      events: [{ name: "exception" }],
    });
  });

  test("does not count a cancellation as a failure", async () => {
    await using collector = await startCollector();
    await using telemetry = startTelemetry({ service: "worker", endpoint: collector.endpoint });

    const result = inSpan("task", {}, () => {
      throw new CancelError("stop");
    });

    await expect(result).rejects.toThrow("stop");
    await telemetry.flush();
    expect(collector.span("task")?.status.code ?? 0).toBe(0);
    expect(collector.span("task")?.attributes).toEqual([
      { key: "weir.cancelled", value: { boolValue: true } },
    ]);
  });

  test("stops once, also while nobody listens at the endpoint", async () => {
    const telemetry = startTelemetry({ service: "worker", endpoint: "http://127.0.0.1:9" });
    await inSpan("lost", {}, () => undefined);

    await Promise.all([telemetry[Symbol.asyncDispose](), telemetry[Symbol.asyncDispose]()]);

    expect(await inSpan("later", {}, () => currentCarrier())).toEqual({});
  });
});

describe("startTelemetry without an endpoint", () => {
  test("still carries the trace, over waits and to other processes", async () => {
    await using _ = startTelemetry({ service: "worker" });

    const [outer, inner] = await inSpan("outer", {}, async () => {
      const first = currentCarrier();
      await new Promise((resolve) => setImmediate(resolve));
      return [first, await inSpan("inner", {}, () => currentCarrier())] as const;
    });

    expect(outer.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(traceIdOf(inner)).toBe(traceIdOf(outer));
    expect(inner.traceparent).not.toBe(outer.traceparent);
  });

  test("continues a trace that comes from outside", async () => {
    await using _ = startTelemetry({ service: "worker" });
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const parent = { traceparent, tracestate: "vendor=1" };

    const carrier = await inSpan("task", { parent }, () => currentCarrier());

    expect(traceIdOf(carrier)).toBe("4bf92f3577b34da6a3ce929d0e0e4736");
    expect(carrier.tracestate).toBe("vendor=1");
  });

  test("begins a new trace for an empty parent", async () => {
    await using _ = startTelemetry({ service: "worker" });

    const carrier = await inSpan("task", { parent: {} }, () => currentCarrier());

    expect(traceIdOf(carrier)).toMatch(/^[0-9a-f]{32}$/);
  });

  test("puts the ids of the active span on log lines", async () => {
    await using _ = startTelemetry({ service: "worker" });
    const lines: string[] = [];
    const logger = createLogger({ service: "worker", write: (line) => lines.push(line) });

    const carrier = await inSpan("task", {}, () => {
      logger.info("task.started");
      return currentCarrier();
    });

    const line: unknown = JSON.parse(lines[0] ?? "");
    expect(line).toMatchObject({ trace_id: traceIdOf(carrier), event: "task.started" });
  });

  test("can be started again after it was stopped", async () => {
    await startTelemetry({ service: "one" })[Symbol.asyncDispose]();
    await using _ = startTelemetry({ service: "two" });

    expect(await inSpan("task", {}, () => currentCarrier())).toHaveProperty("traceparent");
  });
});
