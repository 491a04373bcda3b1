import { createServer, connect, type AddressInfo, type Socket } from "node:net";
import { NatsFrames } from "./nats-frames.ts";

/** A TCP proxy before a NATS server that loses chosen messages on their way to the client. */
export interface LossyProxy extends AsyncDisposable {
  readonly url: string;
  /** How many messages it has lost so far. */
  readonly lost: () => number;
}

/**
 * Loses the messages for which `lose` says so; everything else passes in order.
 *
 * @example
 * // the first answer to a claim never arrives
 * await startLossyProxy(nats.port, (payload, lost) => lost === 0 && payload.includes('"granted"'));
 */
export async function startLossyProxy(
  serverPort: number,
  lose: (payload: string, lostSoFar: number) => boolean,
): Promise<LossyProxy> {
  let lost = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(serverPort, "127.0.0.1");
    const frames = new NatsFrames();
    client.pipe(upstream);
    upstream.on("data", (piece: Buffer) => {
      for (const frame of frames.push(piece)) {
        if (frame.message !== undefined && lose(frame.message.payload, lost)) lost += 1;
        else client.write(frame.bytes);
      }
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A listening TCP server's address is never a string nor null.
  const { port } = server.address() as AddressInfo;
  return {
    url: `nats://127.0.0.1:${port}`,
    lost: () => lost,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
