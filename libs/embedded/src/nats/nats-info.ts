import { connect } from "node:net";

/** What a nats-server says of itself to whoever connects. */
export interface NatsInfo {
  readonly version: string;
  readonly hasJetStream: boolean;
}

const TIMEOUT_MS = 2_000;

/** @returns `undefined` when nothing like a nats-server answers on this loopback port within 2 s. */
export async function natsInfo(port: number): Promise<NatsInfo | undefined> {
  const socket = connect({ port, host: "127.0.0.1" });
  const timer = setTimeout(() => socket.destroy(), TIMEOUT_MS);
  try {
    let text = "";
    for await (const piece of socket.setEncoding("utf8")) {
      text += String(piece);
      if (text.includes("\r\n")) return parseInfo(text);
    }
    return undefined;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

function parseInfo(text: string): NatsInfo | undefined {
  if (!text.startsWith("INFO ")) return undefined;
  const info: unknown = JSON.parse(text.slice("INFO ".length, text.indexOf("\r\n")));
  if (typeof info !== "object" || info === null || !("version" in info)) return undefined;
  return {
    version: String(info.version),
    hasJetStream: "jetstream" in info && info.jetstream === true,
  };
}
