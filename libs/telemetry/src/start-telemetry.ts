import { context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";

/** Who is traced, and where the spans go. */
export interface TelemetryOptions {
  /** `service.name` of every span. */
  readonly service: string;
  /** Base URL of an OTLP/HTTP collector; spans go to `<endpoint>/v1/traces`. Unset exports nothing. */
  readonly endpoint?: string | undefined;
  /** `service.version` of every span. */
  readonly version?: string | undefined;
}

/** Running telemetry; disposing it sends the spans that are left, waiting at most 5 s. */
export interface Telemetry extends AsyncDisposable {
  /** Sends what is buffered. Never rejects: a collector that is away costs spans, not work. */
  flush(): Promise<void>;
}

/** A collector that does not answer must not hold up a shutdown for longer. */
const EXPORT_TIMEOUT_MS = 5_000;

/**
 * Registers tracing for this process; call it once, in `main.ts`, before anything that makes spans.
 *
 * Without an endpoint, spans still get valid ids and the trace still travels; nothing is exported.
 *
 * @example
 * stack.use(startTelemetry({ service: "scheduler", endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT }));
 */
export function startTelemetry({ service, endpoint, version }: TelemetryOptions): Telemetry {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      "service.name": service,
      ...(version === undefined ? {} : { "service.version": version }),
    }),
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: endpoint === undefined ? [] : [exportTo(endpoint)],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  let stopped: Promise<void> | undefined;
  return {
    flush: async () => await provider.forceFlush().catch(() => undefined),
    [Symbol.asyncDispose]: async () => await (stopped ??= stop(provider)),
  };
}

function exportTo(endpoint: string): BatchSpanProcessor {
  const url = `${endpoint.replace(/\/+$/, "")}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: EXPORT_TIMEOUT_MS });
  return new BatchSpanProcessor({
    exporter,
    scheduledDelayMillis: 1_000,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
  });
}

async function stop(provider: TracerProvider): Promise<void> {
  await provider.shutdown().catch(() => undefined);
  trace.disable();
  context.disable();
  propagation.disable();
}
