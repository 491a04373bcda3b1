import { isWeirError } from "@weirflow/errors";
import type { Logger } from "@weirflow/telemetry";
import { trace } from "@opentelemetry/api";
import { GraphQLError } from "graphql";

/**
 * What a caller is told of an error: what it did wrong itself as it is, anything else masked and logged. The trace id is
 * in both, so that a person can be helped.
 */
export function maskError(error: unknown, logger: Logger): GraphQLError {
  const original = originalOf(error);
  // A caller that goes away ends its operation; nobody is left to be told.
  if (original === undefined) return error as GraphQLError; // only a GraphQLError has no original
  const traceId = trace.getActiveSpan()?.spanContext().traceId;
  const isAway = isWeirError(original) && original.disposition === "retry";
  const isCancelled = isWeirError(original) && original.disposition === "cancel";
  if (isCancelled) logger.debug("gateway.operation-cancelled", { error: original });
  else logger[isAway ? "warn" : "error"]("gateway.operation-failed", { error: original });
  return new GraphQLError(
    isAway ? "the service is not available now; try again" : "internal error",
    {
      ...placeOf(error),
      extensions: {
        code: isAway ? "gateway/unavailable" : "gateway/internal",
        ...(traceId === undefined ? {} : { traceId }),
      },
    },
  );
}

/** The error that was thrown; `undefined` for one that is meant for the caller. */
function originalOf(error: unknown): unknown {
  if (!isGraphQLError(error)) return error;
  const { originalError } = error;
  if (originalError === undefined || isGraphQLError(originalError)) return undefined;
  return originalError;
}

function placeOf(error: unknown): Pick<GraphQLError, "nodes" | "path"> | object {
  return isGraphQLError(error) ? { nodes: error.nodes, path: error.path } : {};
}

function isGraphQLError(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError;
}
