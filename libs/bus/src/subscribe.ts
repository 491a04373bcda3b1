import type { BusParts } from "./bus.ts";
import type { MessageMeta } from "./bus-message.ts";
import { carrierOf, readHeaders } from "./headers.ts";

/** Takes one message; must not throw, and is not awaited. */
export type SubscribeHandler = (data: Uint8Array, meta: MessageMeta) => void;

/** Receives what is sent while it listens; nothing is repeated. */
export function subscribe(
  { connection, logger }: BusParts,
  pattern: string,
  handler: SubscribeHandler,
): AsyncDisposable {
  const subscription = connection.subscribe(pattern, {
    callback: (error, message) => {
      if (error !== null) {
        logger.warn("bus.subscription-failed", { subject: pattern, error: String(error) });
        return;
      }
      const headers = readHeaders(message.headers);
      handler(message.data, { subject: message.subject, headers, carrier: carrierOf(headers) });
    },
  });
  return {
    async [Symbol.asyncDispose]() {
      if (!connection.isClosed()) await subscription.drain();
    },
  };
}
