export { type NodeSpan, type SpanError, writeNodeSpans, type WriteOptions } from "./node-span.ts";
export { tracingPlugin, type TracingOptions } from "./tracing-plugin.ts";
