import type { JsMsg } from "@nats-io/jetstream";
import type { BusParts } from "./bus.ts";
import type { BusMessage } from "./bus-message.ts";
import { metaOf } from "./headers.ts";
import { translateError } from "./translate-error.ts";
import { whileConnected } from "./while-connected.ts";

/** Which consumer, how many messages, and how long to wait for the first. */
export interface PullOptions {
  readonly stream: string;
  readonly consumer: string;
  /** At least 1. */
  readonly batch: number;
  /** At least 1,000. */
  readonly expiresMs: number;
  readonly signal: AbortSignal;
}

/**
 * Takes at most `batch` messages.
 *
 * @returns fewer, or none, when `expiresMs` is over.
 * @throws {@link MissingStreamError} `bus/missing-stream`, {@link BusUnavailableError} `bus/unavailable`, …
 */
export async function pull(parts: BusParts, options: PullOptions): Promise<readonly BusMessage[]> {
  const taken: BusMessage[] = [];
  await pullEach(parts, options, (message) => taken.push(message));
  return taken;
}

/** Hands over each message as it arrives, until `batch` have, `expiresMs` is over, or the connection or the signal ends it. */
export async function pullEach(
  { client, state }: BusParts,
  { stream, consumer, batch, expiresMs, signal }: PullOptions,
  take: (message: BusMessage) => void,
): Promise<void> {
  try {
    const source = await whileConnected(
      state,
      signal,
      async () => await client.consumers.get(stream, consumer),
    );
    const ended = AbortSignal.any([signal, state.lost]);
    const messages = await source.fetch({ max_messages: batch, expires: expiresMs });
    const stop = (): void => void messages.close();
    if (ended.aborted) stop();
    ended.addEventListener("abort", stop, { once: true });
    try {
      for await (const message of messages) take(busMessage(message));
    } finally {
      ended.removeEventListener("abort", stop);
    }
  } catch (error) {
    throw translateError({ what: `${stream}/${consumer}`, signal, silence: "off" }, error);
  }
}

function busMessage(message: JsMsg): BusMessage {
  return {
    ...metaOf(message.subject, message.headers),
    data: message.data,
    sequence: message.seq,
    deliveries: message.info.deliveryCount,
    receivedAt: message.time,
    stream: message.info.stream,
    ack: () => message.ack(),
    nak: (delayMs) => message.nak(delayMs),
    term: (reason) => message.term(reason),
    working: () => message.working(),
  };
}
