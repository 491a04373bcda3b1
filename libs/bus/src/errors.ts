import { type Disposition, WeirError } from "@weirflow/errors";

/** A NATS server too old to do what Weirflow needs, which it would drop in silence. */
export class ServerTooOldError extends WeirError {
  override readonly code = "bus/server-too-old";
  constructor(found: string, needed: string) {
    super(`the NATS server is version ${found}; Weirflow needs ${needed} or later`, {
      hint: `run nats-server ${needed} or later, or unset WEIR_NATS_URL and let \`weir dev\` start one`,
    });
  }
}

/** The server, a stream or a peer did not answer. Safe to retry where the receiver is idempotent. */
export class BusUnavailableError extends WeirError {
  override readonly code: string = "bus/unavailable";
  override readonly disposition: Disposition = "retry";
  constructor(what: string, cause: unknown) {
    super(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: "is nats-server running, and reachable at WEIR_NATS_URL?",
      cause,
    });
  }
}

/** The server refuses who we are or what we want: no retry helps. */
export class BusForbiddenError extends WeirError {
  override readonly code = "bus/forbidden";
  constructor(what: string, cause: unknown) {
    super(
      `the NATS server forbids ${what}: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        hint: "give the service the credentials of its own user (WEIR_NATS_CREDENTIALS); deploy/nats.conf lists who may do what",
        cause,
      },
    );
  }
}

/** A server without JetStream, or whose JetStream is not up yet. */
export class JetStreamOffError extends WeirError {
  override readonly code = "bus/jetstream-off";
  override readonly disposition = "retry";
  constructor(cause: unknown) {
    super("JetStream does not answer on the NATS server", {
      hint: "start nats-server with `-js`, or enable JetStream for the account of this user",
      cause,
    });
  }
}

/** Nobody answered a request in time; it may have been carried out all the same. */
export class BusTimeoutError extends WeirError {
  override readonly code = "bus/timeout";
  override readonly disposition = "retry";
  constructor(subject: string, cause: unknown) {
    super(`no answer on "${subject}"`, { hint: "is the service that answers it running?", cause });
  }
}

/** A stream that takes no more: its consumers are too slow, or the disk is full. */
export class StreamFullError extends WeirError {
  override readonly code = "bus/stream-full";
  override readonly disposition = "retry";
  constructor(subject: string, cause: unknown) {
    super(`the stream of "${subject}" is full`, {
      hint: "start more workers, or wait until it has drained",
      cause,
    });
  }
}

/** A message above the limit. */
export class MessageTooLargeError extends WeirError {
  override readonly code = "bus/message-too-large";
  constructor(subject: string, sizeBytes: number, limitBytes: number) {
    super(`a message of ${sizeBytes} bytes for "${subject}" is above the limit of ${limitBytes}`, {
      hint: "store large values in the value store and send their hash",
    });
  }
}

/** A stream, consumer or bucket that is not there; the scheduler creates them. */
export class MissingStreamError extends WeirError {
  override readonly code = "bus/missing-stream";
  override readonly disposition = "retry";
  constructor(what: string, cause?: unknown) {
    super(`${what} does not exist`, {
      hint: "is a scheduler running? It provisions streams and consumers",
      cause,
    });
  }
}
