import { decodeMessage } from "@weirflow/contracts";
import type { z } from "zod";
import type { BusParts } from "./bus.ts";
import { BusTimeoutError } from "./errors.ts";
import { headersFor } from "./headers.ts";
import { inMessageSpan } from "./message-span.ts";
import { translateError } from "./translate-error.ts";
import { whileConnected } from "./while-connected.ts";

/** How long a request waits. */
export interface RequestOptions {
  /** In all, also for a connection that has to come back first. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

interface Question<S extends z.ZodType> extends RequestOptions {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly answerSchema: S;
}

/**
 * Asks, and waits for the one answer.
 *
 * @throws {@link BusTimeoutError} `bus/timeout`: nobody answered · {@link BusUnavailableError}
 * `bus/unavailable`: the connection was lost. After both it may have been carried out all the same ·
 * `contracts/malformed-message`: the answer is not one · `lifecycle/cancelled`.
 */
export async function request<S extends z.ZodType>(
  parts: BusParts,
  question: Question<S>,
): Promise<z.output<S>> {
  const { subject, payload, answerSchema, signal } = question;
  signal.throwIfAborted();
  return await inMessageSpan("request", { subject, sizeBytes: payload.length }, async () => {
    try {
      const answer = await ask(parts, question);
      return decodeMessage(answerSchema, answer, subject);
    } catch (error) {
      throw translateError({ what: subject, signal }, error);
    }
  });
}

async function ask<S extends z.ZodType>(
  { connection, state }: BusParts,
  { subject, payload, timeoutMs, signal }: Question<S>,
): Promise<Uint8Array> {
  const endsAt = performance.now() + timeoutMs;
  if (!state.isUp) await comesBack(state.whenUp.bind(state), { subject, timeoutMs, signal });
  const timeout = Math.max(1, Math.ceil(endsAt - performance.now()));
  const options = { timeout, headers: headersFor() };
  const { data } = await whileConnected(
    state,
    signal,
    async () => await connection.request(subject, payload, options),
  );
  return data;
}

/** A request that waits for the connection is not sent late, when its asker has given up. */
async function comesBack(
  whenUp: (signal: AbortSignal) => Promise<void>,
  { subject, timeoutMs, signal }: RequestOptions & { readonly subject: string },
): Promise<void> {
  try {
    await whenUp(AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
  } catch (error) {
    throw signal.aborted ? error : new BusTimeoutError(subject, error);
  }
}
