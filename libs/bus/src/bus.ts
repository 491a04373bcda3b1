import type { JetStreamClient, JetStreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { encodeMessage, MAX_MESSAGE_BYTES } from "@weirflow/contracts";
import { once, unlessAborted } from "@weirflow/lifecycle";
import type { Logger, TraceCarrier } from "@weirflow/telemetry";
import type { z } from "zod";
import type { BusMessage } from "./bus-message.ts";
import type { ConnectionState } from "./connection-state.ts";
import { consume, type ConsumeOptions } from "./consume.ts";
import { MessageTooLargeError } from "./errors.ts";
import { headersFor } from "./headers.ts";
import { type Bucket, openBucket } from "./open-bucket.ts";
import { type DurableOptions, publishDurable } from "./publish-durable.ts";
import { pull, type PullOptions } from "./pull.ts";
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
  readonly state: ConnectionState;
}

/** A drain that takes longer is given up. */
const DRAIN_TIMEOUT_MS = 5_000;

/** One connection to NATS. The trace context of the caller travels in the headers of everything it sends. */
export class Bus implements AsyncDisposable {
  /** @internal */
  readonly parts: BusParts;
  readonly #close: () => Promise<void> = once(async () => await this.#drain());

  /** @internal use `connectBus`. */
  constructor(parts: BusParts) {
    this.parts = parts;
  }

  /** Whether the connection stands now. */
  isConnected(): boolean {
    return this.parts.state.isUp && !this.parts.connection.isClosed();
  }

  /**
   * Sends a message that may be lost; while the connection is away it is.
   *
   * @throws {@link MessageTooLargeError} `bus/message-too-large`.
   */
  publish(
    subject: string,
    message: object | Uint8Array,
    options: { readonly carrier?: TraceCarrier } = {},
  ): void {
    const payload = payloadOf(subject, message);
    if (!this.isConnected()) return;
    this.parts.connection.publish(subject, payload, { headers: headersFor(options.carrier) });
  }

  /** Stores a message in the stream of its subject. See {@link publishDurable}. */
  async publishDurable(
    subject: string,
    message: object | Uint8Array,
    options: DurableOptions,
  ): Promise<{ readonly duplicate: boolean }> {
    return await publishDurable(this.parts, subject, payloadOf(subject, message), options);
  }

  /** Asks, and waits for the one answer. See {@link request}. */
  async request<S extends MessageSchema>(
    subject: string,
    message: object,
    answerSchema: S,
    options: RequestOptions,
  ): Promise<z.output<S>> {
    const payload = payloadOf(subject, message);
    return await request(this.parts, { subject, payload, answerSchema, ...options });
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

  /** Takes at most `batch` messages now, or fewer when `expiresMs` is over. See {@link pull}. */
  async pull(options: PullOptions): Promise<readonly BusMessage[]> {
    return await pull(this.parts, options);
  }

  /** Opens a key-value bucket that the scheduler has provisioned. */
  async openBucket(name: string): Promise<Bucket> {
    return await openBucket(this.parts, name);
  }

  /** Resolves when the server has taken everything so far, subscriptions too: from then on they receive. */
  async flush(signal: AbortSignal): Promise<void> {
    try {
      await this.parts.state.whenUp(signal);
      await unlessAborted(this.parts.connection.flush(), signal);
    } catch (error) {
      throw translateError({ what: "flush", signal }, error);
    }
  }

  /** Sends what waits, then closes; where the server is away, closes at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    return await this.#close();
  }

  async #drain(): Promise<void> {
    const { connection, state } = this.parts;
    if (connection.isClosed()) return;
    const patience = AbortSignal.any([state.lost, AbortSignal.timeout(DRAIN_TIMEOUT_MS)]);
    if (state.isUp) await unlessAborted(connection.drain(), patience).catch(() => undefined);
    if (!connection.isClosed()) await connection.close();
  }
}

function payloadOf(subject: string, message: object | Uint8Array): Uint8Array {
  const payload = message instanceof Uint8Array ? message : encodeMessage(message);
  if (payload.length > MAX_MESSAGE_BYTES)
    throw new MessageTooLargeError(subject, payload.length, MAX_MESSAGE_BYTES);
  return payload;
}
