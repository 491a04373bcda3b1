import { currentCarrier, type TraceCarrier } from "@weirflow/telemetry";
import type { BusParts } from "./bus.ts";
import { headersFor } from "./headers.ts";
import { inMessageSpan } from "./message-span.ts";
import { translateError } from "./translate-error.ts";
import { whileConnected } from "./while-connected.ts";

/** How a message is stored. */
export interface DurableOptions {
  readonly signal: AbortSignal;
  /** The stream drops a second message of the same id inside its window of duplicates. */
  readonly messageId?: string;
  /** The trace that the message belongs to; `{}` for none. @default the active one */
  readonly carrier?: TraceCarrier;
}

/**
 * Stores a message in the stream of its subject; waits for a connection that is away.
 *
 * @returns whether a message of the same id was there already.
 * @throws {@link StreamFullError} `bus/stream-full`, {@link MissingStreamError} `bus/missing-stream`,
 * {@link BusUnavailableError} `bus/unavailable`, {@link BusTimeoutError} `bus/timeout`; all of them safe to retry with
 * the same id.
 */
export async function publishDurable(
  { client, state }: BusParts,
  subject: string,
  payload: Uint8Array,
  { signal, messageId, carrier }: DurableOptions,
): Promise<{ readonly duplicate: boolean }> {
  signal.throwIfAborted();
  const parent = carrier ?? currentCarrier();
  const facts = { subject, sizeBytes: payload.length, parent };
  return await inMessageSpan("publish", facts, async () => {
    try {
      const options = {
        headers: headersFor(parent.traceparent === undefined ? {} : spanOr(parent)),
        ...(messageId === undefined ? {} : { msgID: messageId }),
      };
      const { duplicate } = await whileConnected(
        state,
        signal,
        async () => await client.publish(subject, payload, options),
      );
      return { duplicate };
    } catch (error) {
      throw translateError({ what: subject, signal, silence: "missing" }, error);
    }
  });
}

/** The span of the publishing; where telemetry was not started, the trace as it was given. */
function spanOr(parent: TraceCarrier): TraceCarrier {
  const active = currentCarrier();
  return active.traceparent === undefined ? parent : active;
}
