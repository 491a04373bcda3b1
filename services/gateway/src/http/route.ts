import type { IncomingMessage, ServerResponse } from "node:http";
import { isWeirError } from "@weirflow/errors";
import type { GatewayPorts } from "../context.ts";
import type { ApiHandler } from "../graphql/create-api.ts";
import { answerJson, answerText } from "./answer.ts";
import { refusalOf } from "./authorize.ts";
import { answerIndex } from "./index-page.ts";
import type { Metrics } from "./metrics.ts";
import { serveArtifact } from "./serve-artifact.ts";

/** What requests are answered with. */
export interface RouteOptions {
  readonly api: ApiHandler;
  readonly ports: GatewayPorts;
  readonly metrics: Metrics;
  readonly token: string | undefined;
  /** What readiness depends on. */
  readonly checks: () => Promise<Readonly<Record<string, boolean>>>;
  readonly stop: AbortSignal;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Answers a request by its path; never rejects. */
export function route(options: RouteOptions): ApiHandler {
  return async (request, response) => {
    try {
      await answer(options, { request, response });
    } catch (error) {
      options.ports.logger.error("gateway.request-failed", { error });
      const isAway = isWeirError(error) && error.disposition === "retry";
      if (response.headersSent) response.destroy();
      else
        answerText(
          response,
          isAway ? 503 : 500,
          isAway ? "not available now; try again" : "internal error",
        );
    }
  };
}

async function answer(options: RouteOptions, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
  if (path === "/livez") return answerJson(response, 200, { status: "ok" });
  if (path === "/readyz") return await answerReady(options, response);
  if (path === "/" && isRead(request)) return answerIndex(response);
  const refusal = refusalOf(request, options.token);
  if (refusal !== undefined) {
    if (refusal.status === 401) response.setHeader("www-authenticate", "Bearer");
    return answerText(response, refusal.status, refusal.reason);
  }
  if (path === "/graphql") return await options.api(request, response);
  return await answerGuarded(options, exchange, path);
}

async function answerGuarded(
  { ports, metrics, stop }: RouteOptions,
  exchange: Exchange,
  path: string,
): Promise<void> {
  const { request, response } = exchange;
  if (!isRead(request)) return answerText(response, 405, "only GET and HEAD");
  if (path.startsWith("/artifacts/")) return await serveArtifact(ports, exchange, stop);
  if (path !== "/metrics") return answerText(response, 404, "there is nothing here");
  response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(
    metrics.render({
      weir_gateway_watched_runs: ports.hub.size,
      process_resident_memory_bytes: process.memoryUsage.rss(),
    }),
  );
}

async function answerReady(
  { checks, stop }: RouteOptions,
  response: ServerResponse,
): Promise<void> {
  const verdicts = stop.aborted ? {} : await checks();
  const isReady = !stop.aborted && Object.values(verdicts).every(Boolean);
  const status = stop.aborted ? "draining" : isReady ? "ok" : "not ready";
  answerJson(response, isReady ? 200 : 503, { status, checks: verdicts });
}

function isRead({ method }: IncomingMessage): boolean {
  return method === "GET" || method === "HEAD";
}
