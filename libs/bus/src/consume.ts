import { isWeirError } from "@weirflow/errors";
import { once, sleep, TaskPool } from "@weirflow/lifecycle";
import type { BusParts } from "./bus.ts";
import type { BusMessage } from "./bus-message.ts";
import { inMessageSpan } from "./message-span.ts";
import { pullEach } from "./pull.ts";

/** Which consumer, and how much at once. */
export interface ConsumeOptions {
  readonly stream: string;
  readonly consumer: string;
  /** Messages handled at once. @default 64 */
  readonly maxMessages?: number;
  /** Called when the stream or the consumer is found missing; the scheduler puts them back. */
  readonly onMissing?: () => void;
}

/** Between two looks for a stream that is missing, or a server that is away. */
const RETRY_PAUSE_MS = 500;
/** One pull of the endless ones; the server says when it is over. */
const PULL_EXPIRES_MS = 5_000;

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
  const { stream, consumer, maxMessages: limit = 64 } = options;
  const pool = new TaskPool({
    limit,
    graceMs: Infinity,
    onError: (error) => parts.logger.error("bus.handler-failed", { stream, consumer, error }),
  });
  const handle = (message: BusMessage): void =>
    pool.run(async () => {
      const { subject, data, carrier: parent } = message;
      const facts = { subject, sizeBytes: data.length, group: consumer, parent };
      await inMessageSpan("process", facts, async () => await handler(message));
    });
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (pool.free === 0) await pool.whenFree(stopping.signal).catch(() => undefined);
      else await pullOnce(parts, options, { batch: pool.free, signal: stopping.signal, handle });
    }
  };
  const done = loop();
  return {
    [Symbol.asyncDispose]: once(async () => {
      stopping.abort("the consumer is stopping");
      await done;
      await pool[Symbol.asyncDispose]();
    }),
  };
}

interface Turn {
  readonly batch: number;
  readonly signal: AbortSignal;
  readonly handle: (message: BusMessage) => void;
}

async function pullOnce(
  parts: BusParts,
  { stream, consumer, onMissing }: ConsumeOptions,
  { batch, signal, handle }: Turn,
): Promise<void> {
  try {
    const options = { stream, consumer, batch, expiresMs: PULL_EXPIRES_MS, signal };
    await pullEach(parts, options, handle);
  } catch (error) {
    if (signal.aborted) return;
    const code = isWeirError(error) ? error.code : "unknown";
    if (code === "bus/missing-stream") onMissing?.();
    parts.logger.debug("bus.consumer-waits", { stream, consumer, code });
    await sleep(RETRY_PAUSE_MS, signal).catch(() => undefined);
  }
}
