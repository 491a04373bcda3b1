import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "@weirflow/lifecycle";
import { GatewayPortError } from "../errors.ts";

/** Where to listen, and how to answer. */
export interface ListenOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Must not reject. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** How long stopping waits for requests that are being answered. */
  readonly drainMs: number;
}

/** A listening server. Disposing takes no more, ends event streams, and waits for what is being answered. */
export interface Listening extends AsyncDisposable {
  readonly port: number;
}

/** @throws {@link GatewayPortError} `gateway/port` when the port is taken or not allowed. */
export async function listen({ host, port, handle, drainMs }: ListenOptions): Promise<Listening> {
  const streams = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    if (wantsEvents(request)) streams.add(response);
    response.once("close", () => streams.delete(response));
    void handle(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(new GatewayPortError(host, port, cause)));
    server.listen(port, host, resolve);
  });
  return {
    // A server that listens on TCP has an address of this shape.
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: once(async () => await close(server, streams, drainMs)),
  };
}

async function close(
  server: Server,
  streams: ReadonlySet<ServerResponse>,
  drainMs: number,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Cut, not ended: whoever watches knows that there is more, and comes back.
  for (const response of streams) response.destroy();
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearTimeout(late);
}

function wantsEvents({ headers }: IncomingMessage): boolean {
  return headers.accept?.includes("text/event-stream") === true;
}
