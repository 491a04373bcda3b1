export { collapseRepeats, type CollapseOptions } from "./collapse-repeats.ts";
export { currentCarrier, type TraceCarrier, traceIdOf } from "./carrier.ts";
export { inSpan, type SpanOptions } from "./in-span.ts";
export {
  createLogger,
  type LogFields,
  type Logger,
  type LoggerOptions,
  type LogLevel,
  silentLogger,
} from "./logger.ts";
export { type Counter, Metrics, type Timing } from "./metrics.ts";
export { startTelemetry, type Telemetry, type TelemetryOptions } from "./start-telemetry.ts";
