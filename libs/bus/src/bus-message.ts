import type { TraceCarrier } from "@weirflow/telemetry";

/** What arrived beside the payload. */
export interface MessageMeta {
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly carrier: TraceCarrier;
}

/** A message of a stream: it comes again until it is acknowledged. */
export interface BusMessage extends MessageMeta {
  readonly data: Uint8Array;
  /** Position in the stream, from 1. */
  readonly sequence: number;
  /** From 1. */
  readonly deliveries: number;
  /** When the stream received it. */
  readonly receivedAt: Date;
  readonly stream: string;
  ack(): void;
  /** Asks for it again after a pause. */
  nak(delayMs: number): void;
  /** Says that it can never be handled. */
  term(reason: string): void;
  /** Asks for more time. */
  working(): void;
}
