import type { ConsumerMessages, JsMsg } from "@nats-io/jetstream";
import { aborted, sleep } from "@weirflow/lifecycle";
import type { BusParts } from "./bus.ts";
import type { BusMessage } from "./bus-message.ts";
import { carrierOf, readHeaders } from "./headers.ts";
import { translateError } from "./translate-error.ts";

/** Which consumer, and how much at once. */
export interface ConsumeOptions {
  readonly stream: string;
  readonly consumer: string;
  /** Messages handled at once. @default 64 */
  readonly maxMessages?: number;
  /** Called when the stream or the consumer is found missing; the scheduler puts them back. */
  readonly onMissing?: () => void;
}

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

/** Between two looks for a stream that is missing, or a server that is away. */
const RETRY_PAUSE_MS = 500;
/** One pull of the endless ones; the server says when it is over. */
const PULL_EXPIRES_MS = 5_000;

/**
 * Takes at most `batch` messages.
 *
 * @returns fewer, or none, when `expiresMs` is over.
 * @throws {@link MissingStreamError} `bus/missing-stream`, {@link BusUnavailableError} `bus/unavailable`.
 */
export async function pull(
  { client }: BusParts,
  options: PullOptions,
): Promise<readonly BusMessage[]> {
  const { stream, consumer, batch, expiresMs, signal } = options;
  signal.throwIfAborted();
  let messages: ConsumerMessages | undefined;
  const stop = (): void => void messages?.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const source = await client.consumers.get(stream, consumer);
    messages = await source.fetch({ max_messages: batch, expires: expiresMs });
    const taken: BusMessage[] = [];
    for await (const message of messages) taken.push(busMessage(message));
    return taken;
  } catch (error) {
    throw translateError(`${stream}/${consumer}`, error, signal);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/**
 * Handles the messages of a durable consumer until it is disposed; then waits for those under way.
 *
 * Survives a wiped server and a deleted stream or consumer: it says so through `onMissing`, waits, and goes on. The
 * handler acks; what it throws is logged, and the message comes again after the consumer's ack wait.
 */
export function consume(
  parts: BusParts,
  options: ConsumeOptions,
  handler: (message: BusMessage) => Promise<void>,
): AsyncDisposable {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const { stream, consumer, maxMessages = 64 } = options;
  const handle = (message: BusMessage): void => {
    const work = handler(message).catch((error: unknown) =>
      parts.logger.error("bus.handler-failed", {
        stream,
        consumer,
        subject: message.subject,
        error: String(error),
      }),
    );
    running.add(work);
    void work.finally(() => running.delete(work));
  };
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (running.size >= maxMessages) await Promise.race([...running, aborted(stopping.signal)]);
      else
        await pullOnce(parts, options, {
          batch: maxMessages - running.size,
          signal: stopping.signal,
          handle,
        });
    }
  };
  const done = loop();
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await done;
      await Promise.all(running);
    },
  };
}

async function pullOnce(
  parts: BusParts,
  options: ConsumeOptions,
  turn: {
    readonly batch: number;
    readonly signal: AbortSignal;
    readonly handle: (message: BusMessage) => void;
  },
): Promise<void> {
  try {
    const { stream, consumer } = options;
    const source = await parts.client.consumers.get(stream, consumer);
    const messages = await source.fetch({ max_messages: turn.batch, expires: PULL_EXPIRES_MS });
    const stop = (): void => void messages.close();
    turn.signal.addEventListener("abort", stop, { once: true });
    try {
      for await (const message of messages) turn.handle(busMessage(message));
    } finally {
      turn.signal.removeEventListener("abort", stop);
    }
  } catch (error) {
    if (turn.signal.aborted) return;
    const reason = translateError(`${options.stream}/${options.consumer}`, error);
    if (reason.code === "bus/missing-stream") options.onMissing?.();
    parts.logger.debug("bus.consumer-waits", {
      stream: options.stream,
      consumer: options.consumer,
      code: reason.code,
    });
    await sleep(RETRY_PAUSE_MS, turn.signal).catch(() => undefined);
  }
}

function busMessage(message: JsMsg): BusMessage {
  const headers = readHeaders(message.headers);
  return {
    subject: message.subject,
    data: message.data,
    headers,
    carrier: carrierOf(headers),
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
