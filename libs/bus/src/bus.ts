import type { JetStreamClient, JetStreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { encodeMessage, MAX_MESSAGE_BYTES } from "@weirflow/contracts";
import type { Logger, TraceCarrier } from "@weirflow/telemetry";
import type { z } from "zod";
import type { BusMessage } from "./bus-message.ts";
import { consume, type ConsumeOptions, pull, type PullOptions } from "./consume.ts";
import { MessageTooLargeError } from "./errors.ts";
import { headersFor } from "./headers.ts";
import { type Bucket, openBucket } from "./open-bucket.ts";
import { request, type RequestOptions } from "./request.ts";
import { respond, type Responder, type RespondOptions } from "./respond.ts";
import { subscribe, type SubscribeHandler } from "./subscribe.ts";
import { translateError } from "./translate-error.ts";

/** A schema of `@weirflow/contracts`. */
export type MessageSchema = z.ZodType;

/** What the functions of this package share. @internal */
export interface BusParts {
  readonly connection: NatsConnection;
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly logger: Logger;
}

/** One connection to NATS. The trace context of the caller travels in the headers of everything it sends. */
export class Bus implements AsyncDisposable {
  /** @internal */
  readonly parts: BusParts;

  /** @internal use `connectBus`. */
  constructor(parts: BusParts) {
    this.parts = parts;
  }

  /** Whether the connection stands now. */
  isConnected(): boolean {
    return !this.parts.connection.isClosed() && this.#online;
  }
  get #online(): boolean {
    return this.parts.connection.getServer() !== "";
  }

  /** Sends a message that may be lost. @throws {@link MessageTooLargeError} `bus/message-too-large`. */
  publish(
    subject: string,
    message: object | Uint8Array,
    options: { readonly carrier?: TraceCarrier } = {},
  ): void {
    if (this.parts.connection.isClosed()) return;
    this.parts.connection.publish(subject, payloadOf(subject, message), {
      headers: headersFor(options.carrier),
    });
  }

  /**
   * Stores a message in the stream of its subject.
   *
   * @returns whether a message of the same id was there already.
   * @throws {@link StreamFullError} `bus/stream-full`, {@link MissingStreamError} `bus/missing-stream`,
   * {@link BusUnavailableError} `bus/unavailable`, {@link BusTimeoutError} `bus/timeout`.
   */
  async publishDurable(
    subject: string,
    message: object | Uint8Array,
    options: {
      readonly signal: AbortSignal;
      readonly messageId?: string;
      readonly carrier?: TraceCarrier;
    },
  ): Promise<{ readonly duplicate: boolean }> {
    options.signal.throwIfAborted();
    try {
      const ack = await this.parts.client.publish(subject, payloadOf(subject, message), {
        headers: headersFor(options.carrier),
        ...(options.messageId === undefined ? {} : { msgID: options.messageId }),
      });
      return { duplicate: ack.duplicate };
    } catch (error) {
      throw translateError(subject, error, options.signal);
    }
  }

  /** Asks, and waits for the one answer. See {@link request}. */
  async request<S extends MessageSchema>(
    subject: string,
    message: object,
    answerSchema: S,
    options: RequestOptions,
  ): Promise<z.output<S>> {
    return await request(this.parts, {
      subject,
      payload: payloadOf(subject, message),
      answerSchema,
      ...options,
    });
  }

  /** Answers requests, sharing them with every other responder of the same queue. See {@link respond}. */
  respond<S extends MessageSchema>(
    pattern: string,
    options: RespondOptions<S>,
    handler: Responder<S>,
  ): AsyncDisposable {
    return respond(this.parts, pattern, options, handler);
  }

  /** Receives what is sent while it listens. */
  subscribe(pattern: string, handler: SubscribeHandler): AsyncDisposable {
    return subscribe(this.parts, pattern, handler);
  }

  /** Handles the messages of a durable consumer until it is disposed. See {@link consume}. */
  consume(
    options: ConsumeOptions,
    handler: (message: BusMessage) => Promise<void>,
  ): AsyncDisposable {
    return consume(this.parts, options, handler);
  }

  /** Takes at most `batch` messages now, or fewer when `expiresMs` is over. */
  async pull(options: PullOptions): Promise<readonly BusMessage[]> {
    return await pull(this.parts, options);
  }

  /** Opens a key-value bucket that the scheduler has provisioned. */
  async openBucket(name: string): Promise<Bucket> {
    return await openBucket(this.parts, name);
  }

  /** Sends what waits, then closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.parts.connection.isClosed())
      await this.parts.connection.drain().catch(async () => await this.parts.connection.close());
  }
}

function payloadOf(subject: string, message: object | Uint8Array): Uint8Array {
  const payload = message instanceof Uint8Array ? message : encodeMessage(message);
  if (payload.length > MAX_MESSAGE_BYTES)
    throw new MessageTooLargeError(subject, payload.length, MAX_MESSAGE_BYTES);
  return payload;
}
