import { decodeMessage } from "@weirflow/contracts";
import { unlessAborted } from "@weirflow/lifecycle";
import { inSpan } from "@weirflow/telemetry";
import type { z } from "zod";
import type { BusParts } from "./bus.ts";
import { headersFor } from "./headers.ts";
import { translateError } from "./translate-error.ts";

/** How long a request waits. */
export interface RequestOptions {
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
 * @throws {@link BusTimeoutError} `bus/timeout`: nobody answered; it may have been carried out all the same.
 */
export async function request<S extends z.ZodType>(
  parts: BusParts,
  question: Question<S>,
): Promise<z.output<S>> {
  const { subject, payload, answerSchema, timeoutMs, signal } = question;
  signal.throwIfAborted();
  return await inSpan(
    `request ${template(subject)}`,
    { attributes: { "messaging.system": "nats", "messaging.destination.name": subject } },
    async () => {
      try {
        const asked = parts.connection.request(subject, payload, {
          timeout: timeoutMs,
          headers: headersFor(),
        });
        const answer = await unlessAborted(asked, signal);
        return decodeMessage(answerSchema, answer.data, subject);
      } catch (error) {
        throw translateError(subject, error, signal);
      }
    },
  );
}

/** A subject without its varying tokens: low-cardinality, for the names of spans. */
export function template(subject: string): string {
  return subject.split(".").slice(0, 3).join(".");
}
