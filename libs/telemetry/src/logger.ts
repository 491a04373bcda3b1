import { toErrorRecord } from "@weirflow/errors";
import { isSpanContextValid, trace } from "@opentelemetry/api";
import { destination, pino, type Logger as PinoLogger } from "pino";

/** What a log line says beside its event. Errors are written as records; never pass payloads or secrets. */
export interface LogFields {
  readonly [key: string]: unknown;
}

/** The least severe lines that a logger writes; `silent` writes none. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/**
 * Writes structured lines: a fixed dotted event name, then fields.
 *
 * `error`: a person must act · `warn`: degraded but handled · `info`: once per run or task · `debug`: per node or message.
 */
export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** A logger whose lines all carry these fields too. */
  child(fields: LogFields): Logger;
}

/** Whose lines these are, and where they go. */
export interface LoggerOptions {
  /** Name of the service, on every line. */
  readonly service: string;
  /** @default "info" */
  readonly level?: LogLevel;
  /** Takes each line, with its line end. @default standard output, synchronously */
  readonly write?: (line: string) => void;
}

/**
 * Creates a logger of JSON lines; `trace_id` and `span_id` of the active span are on each.
 *
 * @example
 * const logger = createLogger({ service: "scheduler" });
 * logger.info("run.dispatched", { runId, queueMs });
 */
export function createLogger({ service, level = "info", write }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service },
    messageKey: "event",
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    mixin: activeIds,
  };
  return wrap(pino(options, write === undefined ? destination({ fd: 1, sync: true }) : { write }));
}

/** Writes nothing. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};

function wrap(target: PinoLogger): Logger {
  return {
    debug: (event, fields) => target.debug(writable(fields), event),
    info: (event, fields) => target.info(writable(fields), event),
    warn: (event, fields) => target.warn(writable(fields), event),
    error: (event, fields) => target.error(writable(fields), event),
    child: (fields) => wrap(target.child(writable(fields))),
  };
}

/** Errors have no enumerable fields, so they are written as records, at the top level of the fields only. */
function writable(fields: LogFields = {}): Record<string, unknown> {
  const written: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields))
    written[key] = value instanceof Error ? toErrorRecord(value) : value;
  return written;
}

function activeIds(): object {
  const context = trace.getActiveSpan()?.spanContext();
  if (context === undefined || !isSpanContextValid(context)) return {};
  return { trace_id: context.traceId, span_id: context.spanId };
}
