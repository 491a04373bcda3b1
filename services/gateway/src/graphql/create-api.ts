import type { IncomingMessage, ServerResponse } from "node:http";
import { initContextCache } from "@pothos/core";
import { createYoga } from "graphql-yoga";
import type { GatewayContext, GatewayPorts } from "../context.ts";
import type { Metrics } from "../http/metrics.ts";
import { createSchema } from "../schema/schema.ts";
import { limitOperations } from "./limit-operations.ts";
import { maskError } from "./mask-error.ts";
import { traceOperations } from "./trace-operations.ts";

/** What the API needs beside its ports. */
export interface ApiOptions {
  readonly ports: GatewayPorts;
  readonly metrics: Metrics;
  /** Ends subscriptions. */
  readonly stop: AbortSignal;
}

/** Answers one HTTP request to `/graphql`. */
export type ApiHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What the server knows of a request beside its content. */
interface Connection {
  /** Aborted once nobody reads the answer any more. */
  readonly gone: AbortSignal;
}

const MAX_BODY_BYTES = 16_777_216;

/** The GraphQL API over HTTP: JSON for queries and mutations, server-sent events for subscriptions. */
export function createApi({ ports, metrics, stop }: ApiOptions): ApiHandler {
  const { logger } = ports;
  const yoga = createYoga<Connection, GatewayContext>({
    schema: createSchema(),
    graphqlEndpoint: "/graphql",
    landingPage: false,
    graphiql: false,
    multipart: false,
    cors: false,
    batching: false,
    logging: false,
    maxRequestBodySize: MAX_BODY_BYTES,
    maskedErrors: { maskError: (error) => maskError(error, logger) },
    plugins: [limitOperations(), traceOperations({ logger, metrics })],
    context: ({ gone }) => ({
      ...ports,
      ...initContextCache(),
      signal: AbortSignal.any([gone, stop]),
    }),
  });
  return async (request, response) => {
    const left = new AbortController();
    response.once("close", () => left.abort("the caller is gone"));
    await yoga(request, response, { gone: left.signal });
  };
}
