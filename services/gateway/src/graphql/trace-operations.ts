import { SpanKind } from "@opentelemetry/api";
import { inSpan, type Logger } from "@weirflow/telemetry";
import { type ExecutionResult, getOperationAST } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Metrics } from "../http/metrics.ts";
import { maskError } from "./mask-error.ts";

/** Where operations are counted and logged. */
export interface TraceDeps {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Runs each query and mutation in a span, which is the root of what it starts; counts it, and masks its errors in there. */
export function traceOperations({ logger, metrics }: TraceDeps): Plugin {
  return {
    onExecute: ({ args, executeFn, setExecuteFn }) => {
      const operation = getOperationAST(args.document, args.operationName);
      const kind = operation?.operation ?? "query";
      const headers = headersOf(args.contextValue);
      setExecuteFn(async (execution: Parameters<typeof executeFn>[0]) => {
        const startedMs = performance.now();
        return await inSpan(
          `graphql ${kind}`,
          {
            kind: SpanKind.SERVER,
            parent: carrierIn(headers),
            attributes: {
              "graphql.operation.type": kind,
              "graphql.operation.name": operation?.name?.value ?? "",
            },
          },
          async () => {
            const result = masked((await executeFn(execution)) as ExecutionResult, logger); // no @defer, no @stream
            metrics.operation(
              kind,
              result.errors === undefined ? "ok" : "error",
              performance.now() - startedMs,
            );
            return result;
          },
        );
      });
    },
  };
}

function masked(result: ExecutionResult, logger: Logger): ExecutionResult {
  if (result.errors === undefined) return result;
  return { ...result, errors: result.errors.map((error) => maskError(error, logger)) };
}

function headersOf(context: unknown): Headers | undefined {
  const request: unknown =
    typeof context === "object" && context !== null ? Reflect.get(context, "request") : undefined;
  const headers: unknown =
    typeof request === "object" && request !== null ? Reflect.get(request, "headers") : undefined;
  // The request of a fetch API has them.
  return headers as Headers | undefined;
}

function carrierIn(headers: Headers | undefined): {
  traceparent?: string | undefined;
  tracestate?: string | undefined;
} {
  return {
    traceparent: headers?.get("traceparent") ?? undefined,
    tracestate: headers?.get("tracestate") ?? undefined,
  };
}
