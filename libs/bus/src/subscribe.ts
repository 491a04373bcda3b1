import { once } from "@weirflow/lifecycle";
import type { BusParts } from "./bus.ts";
import type { MessageMeta } from "./bus-message.ts";
import { endSubscription } from "./end-subscription.ts";
import { metaOf } from "./headers.ts";

/** Takes one message; must not throw, and is not awaited. */
export type SubscribeHandler = (data: Uint8Array, meta: MessageMeta) => void;

/** Receives what is sent while it listens; nothing is repeated. */
export function subscribe(
  parts: BusParts,
  pattern: string,
  handler: SubscribeHandler,
): AsyncDisposable {
  const subscription = parts.connection.subscribe(pattern, {
    callback: (error, message) => {
      if (error === null) handler(message.data, metaOf(message.subject, message.headers));
      else parts.logger.warn("bus.subscription-failed", { subject: pattern, error });
    },
  });
  return { [Symbol.asyncDispose]: once(async () => await endSubscription(parts, subscription)) };
}
