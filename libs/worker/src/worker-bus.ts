import type { z } from "zod";

/** A work hint, as the bus delivers it. */
export interface HintMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  ack(): void;
  /** Asks for it again after a pause. */
  nak(delayMs: number): void;
  /** Says that it can never be handled. */
  term(reason: string): void;
  /** Asks for more time before it is delivered to another worker. */
  working(): void;
}

/** What the worker needs of a bus; `@weirflow/bus` has this shape. */
export interface WorkerBus {
  /** @throws an error whose disposition is `"retry"` when nobody answered in time. */
  request<S extends z.ZodType>(
    subject: string,
    message: object,
    answerSchema: S,
    options: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<z.output<S>>;
  publish(subject: string, message: object): void;
  publishDurable(
    subject: string,
    message: object,
    options: { readonly signal: AbortSignal },
  ): Promise<unknown>;
}
