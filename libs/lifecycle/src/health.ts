import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { HealthPortError } from "./errors.ts";
import { once } from "./once.ts";

/** Whether one thing that a service needs works; a rejection counts as no. */
export type HealthCheck = () => boolean | Promise<boolean>;

/** Where to answer, and what readiness depends on. */
export interface HealthOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** @default "127.0.0.1" */
  readonly host?: string;
  /** All must hold for `/readyz` to say 200. */
  readonly checks?: Readonly<Record<string, HealthCheck>>;
  /** What `/metrics` says, in the text format of Prometheus. @default no such page */
  readonly metrics?: () => string;
}

/** A running health server. */
export interface HealthServer extends AsyncDisposable {
  /** The port that it listens on. */
  readonly port: number;
  /** Makes `/readyz` say 503 from now on: the first step of a drain. */
  drain(): void;
}

const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Answers `GET /livez` (200 while the process turns) and `GET /readyz` (200 when every check holds, else 503 with the
 * verdict of each, as JSON), and `GET /metrics` where there are any. Resolves once it listens.
 *
 * @throws {@link HealthPortError} `lifecycle/health-port` when the port is taken or not allowed.
 * @example
 * const health = stack.use(await listenHealth({ port: 8081, checks: { nats: () => bus.isConnected } }));
 */
export async function listenHealth(options: HealthOptions): Promise<HealthServer> {
  const { port, host = "127.0.0.1", checks = {} } = options;
  let draining = false;
  const server = createServer((request, response) => {
    if (request.url === "/livez") answer(response, 200, { status: "ok" });
    else if (request.url === "/readyz") void answerReady(response, checks, draining);
    else if (request.url === "/metrics" && options.metrics !== undefined)
      response.writeHead(200, { "content-type": METRICS_TYPE }).end(options.metrics());
    else answer(response, 404, { status: "not found" });
  });
  await listen(server, host, port);
  const stop = once(async () => await close(server));
  return {
    // A server that listens on TCP has an address of this shape.
    port: (server.address() as AddressInfo).port,
    drain: () => {
      draining = true;
    },
    [Symbol.asyncDispose]: stop,
  };
}

async function answerReady(
  response: ServerResponse,
  checks: Readonly<Record<string, HealthCheck>>,
  draining: boolean,
): Promise<void> {
  const names = Object.keys(checks);
  const verdicts = await Promise.all(Object.values(checks).map(holds));
  const isReady = !draining && verdicts.every(Boolean);
  answer(response, isReady ? 200 : 503, {
    status: draining ? "draining" : isReady ? "ok" : "not ready",
    checks: Object.fromEntries(names.map((name, i) => [name, verdicts[i]])),
  });
}

async function holds(check: HealthCheck): Promise<boolean> {
  try {
    return await check();
  } catch {
    return false;
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(new HealthPortError(host, port, cause)));
    server.listen(port, host, resolve);
  });
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
