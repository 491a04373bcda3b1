import { decodeMessage, encodeMessage, MalformedMessageError } from "@weirflow/contracts";
import type { Msg } from "@nats-io/transport-node";
import { once } from "@weirflow/lifecycle";
import type { z } from "zod";
import type { BusParts } from "./bus.ts";
import type { MessageMeta } from "./bus-message.ts";
import { endSubscription } from "./end-subscription.ts";
import { metaOf } from "./headers.ts";
import { inMessageSpan } from "./message-span.ts";

/** How requests are answered. */
export interface RespondOptions<S extends z.ZodType> {
  /** Responders of one queue share the requests. */
  readonly queue: string;
  readonly schema: S;
  /** Requests that are handled at once; more wait in the connection. @default 256 */
  readonly maxConcurrent?: number;
  /** Answers a request that cannot be parsed; `undefined` does not answer. */
  readonly onMalformed?: (
    error: MalformedMessageError,
    meta: MessageMeta,
    payload: Uint8Array,
  ) => object | undefined;
}

/** Answers one request; `undefined` does not answer, so the asker repeats it. */
export type Responder<S extends z.ZodType> = (
  message: z.output<S>,
  meta: MessageMeta,
) => Promise<object | undefined>;

/**
 * Answers requests until it is disposed; disposing waits for those under way. A handler that throws does not answer.
 */
export function respond<S extends z.ZodType>(
  parts: BusParts,
  pattern: string,
  options: RespondOptions<S>,
  handler: Responder<S>,
): AsyncDisposable {
  const { queue, maxConcurrent = 256 } = options;
  const subscription = parts.connection.subscribe(pattern, { queue });
  const running = new Set<Promise<void>>();
  const answerAll = async (): Promise<void> => {
    for await (const message of subscription) {
      const work = answer(parts, message, options, handler).finally(() => running.delete(work));
      running.add(work);
      if (running.size >= maxConcurrent) await Promise.race(running);
    }
  };
  const done = answerAll();
  return {
    [Symbol.asyncDispose]: once(async () => {
      await endSubscription(parts, subscription);
      await done;
      await Promise.all(running);
    }),
  };
}

async function answer<S extends z.ZodType>(
  { logger }: BusParts,
  message: Msg,
  options: RespondOptions<S>,
  handler: Responder<S>,
): Promise<void> {
  const { subject, data } = message;
  const meta = metaOf(subject, message.headers);
  const facts = { subject, sizeBytes: data.length, group: options.queue, parent: meta.carrier };
  try {
    const reply = await inMessageSpan(
      "process",
      facts,
      async () => await handle(message, meta, options, handler),
    );
    if (reply !== undefined) message.respond(encodeMessage(reply));
  } catch (error) {
    logger.warn("bus.not-answered", { subject, error });
  }
}

async function handle<S extends z.ZodType>(
  message: Msg,
  meta: MessageMeta,
  options: RespondOptions<S>,
  handler: Responder<S>,
): Promise<object | undefined> {
  let parsed: z.output<S>;
  try {
    parsed = decodeMessage(options.schema, message.data, message.subject);
  } catch (error) {
    if (error instanceof MalformedMessageError)
      return options.onMalformed?.(error, meta, message.data);
    throw error;
  }
  return await handler(parsed, meta);
}
